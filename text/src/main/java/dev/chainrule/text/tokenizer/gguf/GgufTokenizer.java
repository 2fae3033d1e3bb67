package dev.chainrule.text.tokenizer.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.core.gguf.GgufMetadata;
import dev.chainrule.core.gguf.GgufTexts;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.huggingface.ByteLevelBpe;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel.PieceType;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceTokenizer;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.JoinedMerges;
import dev.chainrule.text.tokenizer.subword.PieceTable;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer in a GGUF file, by the keys {@code tokenizer.ggml.*}, as llama.cpp understands
 * them: {@code gpt2} is byte-level byte-pair encoding, {@code llama} SentencePiece's byte-pair
 * encoding, {@code t5} its unigram, {@code rwkv}, here, characters.
 */
public final class GgufTokenizer {
  private static final String KEY = "tokenizer.ggml.";
  private static final int NORMAL = PieceType.NORMAL.number();

  private final GgufMetadata metadata;
  private final String origin;
  private final GgufTexts tokens;
  private final int[] types;

  private GgufTokenizer(GgufMetadata metadata, String origin) {
    this.metadata = metadata;
    this.origin = origin;
    tokens = metadata.texts(KEY + "tokens");
    types = types();
    if (tokens.size() == 0) {
      throw refusal("tokens", "is empty", "some");
    }
  }

  /** Whether a file holds a tokenizer. */
  public static boolean isIn(GgufMetadata metadata) {
    return metadata.has(KEY + "model") && metadata.has(KEY + "tokens");
  }

  /**
   * The tokenizer of a file.
   *
   * @param origin the file, for messages
   * @throws InputException if it holds none that is understood
   */
  public static Tokenizer read(GgufMetadata metadata, String origin) {
    String model = metadata.string(KEY + "model");
    GgufTokenizer reader = new GgufTokenizer(metadata, origin);
    try {
      return switch (model) {
        case "gpt2" -> reader.byteLevel();
        case "llama" -> reader.sentencePiece(false);
        case "t5" -> reader.sentencePiece(true);
        case "rwkv" -> reader.characters();
        default ->
            throw reader.refusal("model", "is \"" + model + "\"", "one of gpt2, llama, t5, rwkv");
      };
    } catch (InputException e) {
      String sentence = String.valueOf(e.getMessage());
      throw sentence.startsWith(origin) ? e : new InputException(origin + ": " + sentence, e);
    }
  }

  /** The template of chats, if the file has one. */
  public static @Nullable String chatTemplate(GgufMetadata metadata) {
    String key = "tokenizer.chat_template";
    return metadata.has(key) ? metadata.string(key) : null;
  }

  private InputException refusal(String key, String found, String expected) {
    return new InputException(
        "%s: %s%s %s, expected %s".formatted(origin, KEY, key, found, expected));
  }

  private int[] types() {
    if (!metadata.has(KEY + "token_type")) {
      int[] normal = new int[tokens.size()];
      Arrays.fill(normal, NORMAL);
      return normal;
    }
    int[] given = metadata.integers(KEY + "token_type");
    if (given.length != tokens.size()) {
      throw refusal(
          "token_type",
          "has %d entries".formatted(given.length),
          "one for each of %d tokens".formatted(tokens.size()));
    }
    for (int id = 0; id < given.length; id++) {
      if (given[id] < 1 || given[id] > PieceType.values().length) {
        given[id] = NORMAL; // llama.cpp's "undefined"
      }
    }
    return given;
  }

  private boolean is(int id, PieceType type) {
    return types[id] == type.number();
  }

  private boolean flag(String key, boolean otherwise) {
    return metadata.has(KEY + key) ? metadata.flag(KEY + key) : otherwise;
  }

  private OptionalInt id(String key, int otherwise) {
    long id = metadata.has(KEY + key) ? metadata.integer(KEY + key) : otherwise;
    return id >= 0 && id < tokens.size() ? OptionalInt.of((int) id) : OptionalInt.empty();
  }

  private List<Integer> stops() {
    List<Integer> stops = new ArrayList<>();
    id("eot_token_id", -1).ifPresent(stops::add);
    id("eom_token_id", -1).ifPresent(stops::add);
    return stops;
  }

  private SubwordTokenizer byteLevel() {
    String name = metadata.has(KEY + "pre") ? metadata.string(KEY + "pre") : "default";
    GgufSplitting splitting =
        GgufSplitting.named(name)
            .orElseThrow(
                () -> refusal("pre", "is \"" + name + "\"", "one of " + GgufSplitting.known()));
    List<AddedToken> added = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      boolean control = is(id, PieceType.CONTROL) || is(id, PieceType.UNKNOWN);
      String token = control || is(id, PieceType.USER_DEFINED) ? tokens.text(id) : "";
      if (!token.isEmpty()) {
        added.add(control ? AddedToken.control(id, token) : AddedToken.text(id, token));
      }
    }
    boolean begins = splitting == GgufSplitting.LLAMA3 || splitting == GgufSplitting.TEKKEN;
    return new ByteLevelBpe(
            PieceTable.of(tokens.utf8(), tokens.starts()).texts(),
            merges(),
            splitting.expressions(),
            splitting.ignoreMerges(),
            added,
            new ByteLevelBpe.Special(
                id("bos_token_id", -1),
                id("eos_token_id", -1),
                stops(),
                flag("add_bos_token", begins),
                flag("add_eos_token", false)))
        .tokenizer();
  }

  private JoinedMerges merges() {
    GgufTexts texts = metadata.texts(KEY + "merges");
    JoinedMerges merges = JoinedMerges.of(texts.utf8(), texts.starts());
    for (int rank = 0; rank < merges.size(); rank++) {
      if (!merges.isPair(rank)) {
        String found = "has \"%s\"".formatted(Excerpt.of(texts.text(rank)));
        throw refusal("merges", found, "two tokens with a space between");
      }
    }
    return merges;
  }

  /** Of RWKV's vocabularies those of single characters, as {@link GgufVocabulary} writes them. */
  private CharTokenizer characters() {
    StringBuilder all = new StringBuilder();
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.text(id);
      int character = unescaped(token);
      if (character < 0 || (id > 0 && character <= all.codePointBefore(all.length()))) {
        throw refusal(
            "tokens",
            "has \"%s\" as token %d".formatted(Excerpt.of(token), id),
            "characters, ascending");
      }
      all.appendCodePoint(character);
    }
    return CharTokenizer.of(all.toString());
  }

  /** The character that a token spells; -1 if it is none or several. */
  private static int unescaped(String token) {
    if (token.startsWith("\\")) {
      return switch (token) {
        case "\\t" -> '\t';
        case "\\n" -> '\n';
        case "\\r" -> '\r';
        case "\\\\" -> '\\';
        default ->
            token.matches("\\\\x[01][0-9a-f]|\\\\x7f")
                ? Integer.parseInt(token.substring(2), 16)
                : -1;
      };
    }
    boolean one = !token.isEmpty() && token.codePointCount(0, token.length()) == 1;
    return one ? token.codePointAt(0) : -1;
  }

  private SubwordTokenizer sentencePiece(boolean unigram) {
    float[] scores =
        unigram || metadata.has(KEY + "scores")
            ? metadata.floats(KEY + "scores")
            : new float[tokens.size()];
    if (scores.length != tokens.size()) {
      throw refusal(
          "scores",
          "has %d entries".formatted(scores.length),
          "one for each of %d tokens".formatted(tokens.size()));
    }
    // Files mark the token for unknown characters by its id, and by its type only sometimes.
    OptionalInt unknown = id("unknown_token_id", unigram ? 2 : 0);
    if (unknown.isPresent() && is(unknown.getAsInt(), PieceType.CONTROL)) {
      types[unknown.getAsInt()] = PieceType.UNKNOWN.number();
    }
    boolean bytes = Arrays.stream(types).anyMatch(type -> type == PieceType.BYTE.number());
    SentencePieceModel model =
        new SentencePieceModel(
                pieces(),
                scores,
                types,
                new SentencePieceModel.Options(
                    unigram,
                    bytes,
                    flag("add_space_prefix", !unigram),
                    flag("remove_extra_whitespaces", false),
                    charsmap(),
                    id("bos_token_id", unigram ? -1 : 1),
                    id("eos_token_id", unigram ? 1 : 2)))
            .checked(origin);
    return SentencePieceTokenizer.of(
        model,
        origin,
        true,
        flag("add_bos_token", !unigram),
        flag("add_eos_token", unigram),
        stops());
  }

  /** Tokens that are looked for first are kept with plain spaces, unlike all others. */
  private List<String> pieces() {
    List<String> pieces = new ArrayList<>(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      String piece = tokens.text(id);
      pieces.add(is(id, PieceType.USER_DEFINED) ? piece.replace(' ', '\u2581') : piece);
    }
    return pieces;
  }

  private byte[] charsmap() {
    String key = KEY + "precompiled_charsmap";
    if (!metadata.has(key)) {
      return new byte[0];
    }
    int[] values = metadata.integers(key);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
