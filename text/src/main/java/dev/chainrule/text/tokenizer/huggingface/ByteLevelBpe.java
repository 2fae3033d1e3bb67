package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.Fallback;
import dev.chainrule.text.tokenizer.subword.Normalizer;
import dev.chainrule.text.tokenizer.subword.PieceTable;
import dev.chainrule.text.tokenizer.subword.PreTokenizer;
import dev.chainrule.text.tokenizer.subword.SplitRule;
import dev.chainrule.text.tokenizer.subword.StopTokens;
import dev.chainrule.text.tokenizer.subword.StoredTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import dev.chainrule.text.tokenizer.subword.TextPattern;
import dev.chainrule.text.tokenizer.subword.TokenText;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tokenizer of GPT-2's kind: byte-pair encoding over bytes. From it come the tokenizer itself and
 * the {@code tokenizer.json} that Hugging Face's library reads.
 *
 * @param tokens as {@link dev.chainrule.text.tokenizer.subword.ByteAlphabet} spells them, in the
 *     order of their ids; added tokens as they are
 * @param merges by rank
 * @param splitting expressions whose matches, and what lies between, are pieces; one after the
 *     other
 * @param ignoreMerges whether a piece that is a token stays whole
 * @param added tokens that are looked for first
 * @param special which of them mean what
 */
public record ByteLevelBpe(
    List<String> tokens,
    BpeModel.Merges merges,
    List<String> splitting,
    boolean ignoreMerges,
    List<AddedToken> added,
    Special special) {
  /**
   * Special tokens by their ids.
   *
   * @param begin begins a text
   * @param end ends one
   * @param stops others that do
   * @param addBegin whether the model expects {@code begin} before a text
   * @param addEnd whether it expects {@code end} after one
   */
  public record Special(
      OptionalInt begin, OptionalInt end, List<Integer> stops, boolean addBegin, boolean addEnd) {
    /** None at all. */
    public static final Special NONE =
        new Special(OptionalInt.empty(), OptionalInt.empty(), List.of(), false, false);

    public Special {
      stops = List.copyOf(stops);
    }

    private List<Integer> before() {
      return addBegin && begin.isPresent() ? List.of(begin.getAsInt()) : List.of();
    }

    private List<Integer> after() {
      return addEnd && end.isPresent() ? List.of(end.getAsInt()) : List.of();
    }

    /** With all other tokens of the vocabulary that end something. */
    public SpecialTokens of(PieceTable vocabulary, BitSet control) {
      return StopTokens.with(vocabulary, control, begin, end, stops, before(), after());
    }
  }

  public ByteLevelBpe {
    splitting = List.copyOf(splitting);
    added = List.copyOf(added);
  }

  /**
   * The tokenizer.
   *
   * @throws dev.chainrule.base.InputException if a merge names what is no token
   */
  public SubwordTokenizer tokenizer() {
    PieceTable vocabulary = PieceTable.of(tokens);
    BitSet control = new BitSet();
    added.stream().filter(AddedToken::special).forEach(token -> control.set(token.id()));
    List<PreTokenizer> steps = splitting.stream().<PreTokenizer>map(SplitRule::isolated).toList();
    BpeModel.Options options = new BpeModel.Options(true, ignoreMerges, false, "", "");
    BpeModel model =
        new BpeModel(vocabulary, merges, control, options, Fallback.unknown(OptionalInt.empty()));
    SubwordTokenizer.Parts parts =
        new SubwordTokenizer.Parts(
            vocabulary,
            added,
            control,
            Normalizer.NONE,
            PreTokenizer.sequence(steps),
            model,
            TokenText.BYTE_LEVEL);
    return new SubwordTokenizer(
        parts, special.of(vocabulary, control), new StoredTokenizer.HuggingFace(this::json));
  }

  /** The text of a {@code tokenizer.json}. */
  public String json() {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode tokensAdded = root.putArray("added_tokens");
    for (AddedToken token : added) {
      tokensAdded
          .addObject()
          .put("id", token.id())
          .put("content", token.content())
          .put("single_word", token.singleWord())
          .put("lstrip", token.leftStrip())
          .put("rstrip", token.rightStrip())
          .put("normalized", token.normalized())
          .put("special", token.special());
    }
    root.putNull("normalizer");
    putSplitting(root);
    putFrame(root);
    putByteLevel(root.putObject("decoder"), true);
    putModel(root.putObject("model"));
    return root.toString();
  }

  private void putSplitting(ObjectNode root) {
    if (splitting.equals(List.of(TextPattern.GPT2))) {
      putByteLevel(root.putObject("pre_tokenizer"), true);
      return;
    }
    ArrayNode steps =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    for (String regex : splitting) {
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", regex);
      split.put("behavior", "Isolated").put("invert", false);
    }
    putByteLevel(steps.addObject(), false);
  }

  private static void putByteLevel(ObjectNode node, boolean regex) {
    node.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", regex);
  }

  private void putFrame(ObjectNode root) {
    if (special.before().isEmpty() && special.after().isEmpty()) {
      putByteLevel(root.putObject("post_processor"), true);
      return;
    }
    TemplateFrame.put(root, special.before(), special.after(), tokens::get);
  }

  private void putModel(ObjectNode model) {
    model
        .put("type", "BPE")
        .putNull("dropout")
        .putNull("unk_token")
        .putNull("continuing_subword_prefix")
        .putNull("end_of_word_suffix")
        .put("fuse_unk", false)
        .put("byte_fallback", false)
        .put("ignore_merges", ignoreMerges);
    ObjectNode vocab = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      if (!tokens.get(id).isEmpty()) {
        vocab.put(tokens.get(id), id);
      }
    }
    boolean spaces = false;
    for (int rank = 0; rank < merges.size(); rank++) {
      spaces |= merges.left(rank).contains(" ") || merges.right(rank).contains(" ");
    }
    ArrayNode list = model.putArray("merges");
    for (int rank = 0; rank < merges.size(); rank++) {
      if (spaces) {
        list.addArray().add(merges.left(rank)).add(merges.right(rank));
      } else {
        list.add(merges.left(rank) + " " + merges.right(rank));
      }
    }
  }
}
