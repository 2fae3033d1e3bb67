package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.PreTokenizer;
import dev.chainrule.text.tokenizer.subword.SplitRule;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@code tokenizer.json} of byte-pair encoding says beside its tokens, for who writes it in
 * another format.
 *
 * @param merges by rank
 * @param byteLevel whether symbols are bytes, which the vocabulary spells as GPT-2 does
 * @param ignoreMerges whether a piece that is a token stays whole
 * @param splitting expressions whose matches are pieces, one after the other; where the file splits
 *     in a way that is none, not all there is
 */
public record StoredMerges(
    BpeModel.Merges merges, boolean byteLevel, boolean ignoreMerges, List<String> splitting) {
  public StoredMerges {
    splitting = List.copyOf(splitting);
  }

  /**
   * Reads a file.
   *
   * @param json the file's text
   * @param origin where it is from, for messages
   * @throws dev.chainrule.base.InputException if it is none of byte-pair encoding
   */
  public static StoredMerges read(String json, String origin) {
    TokenizerDocument document = TokenizerDocument.parse(json, origin);
    Fields root = new Fields(document.rest, origin, "");
    Fields model = new Fields(document.model, origin, "model");
    if (document.scores.length > 0 || !model.string("type", "BPE").equals("BPE")) {
      throw model.refusal("is of type " + model.string("type", "Unigram"), "BPE");
    }
    List<String> splitting = new ArrayList<>();
    boolean byteLevel = false;
    if (root.has("pre_tokenizer")) {
      for (PreTokenizer step : PreTokenizerReader.read(root.object("pre_tokenizer"))) {
        byteLevel |= step instanceof PreTokenizer.ByteLetters;
        if (step instanceof SplitRule rule) {
          splitting.add(rule.pattern().source());
        }
      }
    }
    return new StoredMerges(
        BpeModel.merges(
            document.left.toArray(String[]::new), document.right.toArray(String[]::new)),
        byteLevel,
        model.flag("ignore_merges", false),
        splitting);
  }
}
