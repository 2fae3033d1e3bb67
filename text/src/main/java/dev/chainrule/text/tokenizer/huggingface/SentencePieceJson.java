package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel.PieceType;
import dev.chainrule.text.tokenizer.subword.PieceTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model of SentencePiece, of byte-pair encoding, as a {@code tokenizer.json}: a token is made of
 * any two that make it, that of the highest score first.
 */
final class SentencePieceJson {
  private static final String MARK = "\u2581";

  private final SentencePieceModel model;
  private final SpecialTokens specials;
  private final PieceTable vocabulary;
  private final ObjectNode root = Json.mapper().createObjectNode();

  private record Merge(String left, String right, float score) {}

  private SentencePieceJson(SentencePieceModel model, SpecialTokens specials) {
    this.model = model;
    this.specials = specials;
    vocabulary = PieceTable.of(model.pieces());
  }

  /** Whether a model can be said so: its characters and spaces are taken as they are. */
  static boolean canSay(SentencePieceModel model) {
    SentencePieceModel.Options options = model.options();
    return !options.unigram() && !options.singleSpaces() && options.charsmap().length == 0;
  }

  /**
   * The file's text.
   *
   * @param spaceAfterTokens whether a space is written after each added token too
   */
  static String of(SentencePieceModel model, SpecialTokens specials, boolean spaceAfterTokens) {
    SentencePieceJson json = new SentencePieceJson(model, specials);
    json.root.put("version", "1.0").putNull("truncation").putNull("padding");
    json.putAdded();
    json.putSpaces(spaceAfterTokens);
    json.putFrame();
    json.putDecoder();
    json.putModel();
    return json.root.toString();
  }

  private boolean is(int id, PieceType type) {
    return model.types()[id] == type.number();
  }

  private void putAdded() {
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < model.pieces().size(); id++) {
      boolean control = is(id, PieceType.CONTROL) || is(id, PieceType.UNKNOWN);
      if ((control || is(id, PieceType.USER_DEFINED)) && !model.pieces().get(id).isEmpty()) {
        added
            .addObject()
            .put("id", id)
            .put("content", model.pieces().get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", !control)
            .put("special", control);
      }
    }
  }

  private void putSpaces(boolean spaceAfterTokens) {
    ObjectNode replace = Json.mapper().createObjectNode().put("type", "Replace");
    replace.putObject("pattern").put("String", " ");
    replace.put("content", MARK);
    boolean prefix = model.options().dummyPrefix();
    if (!prefix) {
      root.set("normalizer", replace);
      root.putNull("pre_tokenizer");
    } else if (spaceAfterTokens) {
      ArrayNode steps =
          root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
      steps.addObject().put("type", "Prepend").put("prepend", MARK);
      steps.add(replace);
      root.putNull("pre_tokenizer");
    } else {
      root.putNull("normalizer");
      root.putObject("pre_tokenizer")
          .put("type", "Metaspace")
          .put("replacement", MARK)
          .put("prepend_scheme", "first")
          .put("split", false);
    }
  }

  private void putFrame() {
    if (specials.before().isEmpty() && specials.after().isEmpty()) {
      root.putNull("post_processor");
      return;
    }
    TemplateFrame.put(root, specials.before(), specials.after(), model.pieces()::get);
  }

  private void putDecoder() {
    ArrayNode steps = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    ObjectNode replace = steps.addObject().put("type", "Replace");
    replace.putObject("pattern").put("String", MARK);
    replace.put("content", " ");
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (model.options().dummyPrefix()) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
  }

  private void putModel() {
    ObjectNode node = root.putObject("model").put("type", "BPE").putNull("dropout");
    int unknown = 0;
    while (unknown < model.pieces().size() && !is(unknown, PieceType.UNKNOWN)) {
      unknown++;
    }
    if (unknown < model.pieces().size()) {
      node.put("unk_token", model.pieces().get(unknown));
    } else {
      node.putNull("unk_token");
    }
    node.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    node.put("fuse_unk", true)
        .put("byte_fallback", model.options().byteFallback())
        .put("ignore_merges", false);
    ObjectNode vocab = node.putObject("vocab");
    for (int id = 0; id < model.pieces().size(); id++) {
      String piece = model.pieces().get(id);
      if (!piece.isEmpty() && vocabulary.find(piece) == id) {
        vocab.put(piece, id);
      }
    }
    ArrayNode list = node.putArray("merges");
    for (Merge merge : merges()) {
      list.addArray().add(merge.left).add(merge.right);
    }
  }

  private List<Merge> merges() {
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < model.pieces().size(); id++) {
      String piece = model.pieces().get(id);
      if (!isMade(id) || vocabulary.find(piece) != id) {
        continue;
      }
      for (int i = 1; i < piece.length(); i++) {
        boolean whole = !Character.isLowSurrogate(piece.charAt(i));
        if (whole && isMade(piece.substring(0, i)) && isMade(piece.substring(i))) {
          merges.add(new Merge(piece.substring(0, i), piece.substring(i), model.scores()[id]));
        }
      }
    }
    merges.sort(Comparator.comparing(Merge::score, Comparator.reverseOrder()));
    return merges;
  }

  private boolean isMade(String piece) {
    int id = vocabulary.find(piece);
    return id >= 0 && isMade(id);
  }

  /** Whether merging makes this token. */
  private boolean isMade(int id) {
    return is(id, PieceType.NORMAL) || is(id, PieceType.USER_DEFINED);
  }
}
