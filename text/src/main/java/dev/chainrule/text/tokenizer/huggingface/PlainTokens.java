package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.ByteAlphabet;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Vocabularies of bytes and of characters as byte-pair encoding that merges nothing. */
public final class PlainTokens {
  private static final int BYTES = 256;

  /** Bytes that no UTF-8 text has, by which documents and what is missing in one are marked. */
  private static final Map<Integer, String> MARKS =
      Map.of(
          0xFC, "<|fim_middle|>",
          0xFD, "<|fim_suffix|>",
          0xFE, "<|fim_prefix|>",
          0xFF, "<|endoftext|>");

  /** Unicode keeps these for such use: they mark the same in a vocabulary of characters. */
  private static final int FIRST_MARK = 0xFDD0;

  private static final int LAST_MARK = 0xFDD3;

  private PlainTokens() {}

  /** The 256 bytes. */
  public static SubwordTokenizer bytes() {
    List<String> tokens = new ArrayList<>();
    List<AddedToken> added = new ArrayList<>();
    for (int b = 0; b < BYTES; b++) {
      String mark = MARKS.get(b);
      tokens.add(mark == null ? String.valueOf(ByteAlphabet.letter(b)) : mark);
      if (mark != null) {
        added.add(AddedToken.control(b, mark));
      }
    }
    OptionalInt end = OptionalInt.of(BYTES - 1);
    return new ByteLevelBpe(
            tokens,
            BpeModel.merges(new String[0], new String[0]),
            List.of(),
            false,
            added,
            new ByteLevelBpe.Special(end, end, List.of(), false, false))
        .tokenizer();
  }

  /** The token that ends documents in a vocabulary of characters, if it has one. */
  public static OptionalInt end(CharTokenizer chars) {
    String mark = Character.toString(FIRST_MARK);
    return chars.characters().contains(mark)
        ? OptionalInt.of(chars.encode(mark)[0])
        : OptionalInt.empty();
  }

  /** Whether a character marks something and is no text. */
  public static boolean isMark(int character) {
    return character >= FIRST_MARK && character <= LAST_MARK;
  }

  /** A {@code tokenizer.json} of characters. */
  static String json(CharTokenizer chars) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    ObjectNode vocabulary = Json.mapper().createObjectNode();
    int[] characters = chars.characters().codePoints().toArray();
    for (int id = 0; id < characters.length; id++) {
      String character = Character.toString(characters[id]);
      vocabulary.put(character, id);
      if (isMark(characters[id])) {
        added
            .addObject()
            .put("id", id)
            .put("content", character)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
      }
    }
    root.putNull("normalizer").putNull("pre_tokenizer").putNull("post_processor");
    root.putObject("decoder").put("type", "Fuse");
    ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
    model.putNull("unk_token").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    model.set("vocab", vocabulary);
    model.putArray("merges");
    return root.toString();
  }
}
