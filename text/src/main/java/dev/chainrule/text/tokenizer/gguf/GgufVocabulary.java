package dev.chainrule.text.tokenizer.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.IdTokenizer;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.huggingface.ByteLevelBpe;
import dev.chainrule.text.tokenizer.huggingface.PlainTokens;
import dev.chainrule.text.tokenizer.huggingface.StoredMerges;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel.PieceType;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceTokenizer;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.StoredTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Writes a tokenizer into a GGUF file, by the keys {@code tokenizer.ggml.*} that llama.cpp and
 * {@link GgufTokenizer} read. The format has names for what llama.cpp can do: a tokenizer that
 * would come back as another one is refused.
 *
 * <p>A vocabulary of characters is written as {@code rwkv}, whose longest match is the character
 * and which needs no token that ends texts; one of bytes as {@code gpt2} without merges.
 */
public final class GgufVocabulary {
  private static final String KEY = "tokenizer.ggml.";

  /** Texts in which ways to split words, and to write what no token has, differ. */
  private static final List<String> PROBES =
      List.of(
          "The quick brown fox's 1,234,567 jumps; he'll COST $99.95 (or \u20AC12)...  Won't it?",
          " leading, \t tabs\n\n\nlines \r\n and   spaces  \n x = y+1; // f(x)==0 && !z_1 \n",
          "\u00C9t\u00E9 na\u00EFve \u6771\u4EAC\u306E\u5929\u6C17 \u0441\u043B\u043E\u0432\u043E"
              + " \uD83D\uDE80\uD83D\uDE80 \u0928\u092E\u0938\u094D\u0924\u0947 12\u4E2D3 camelCaseWord",
          "'S IT'LL 3333 44444 \u3000 ~`|^<>== #!/bin/sh \u2014\u201Cquotes\u201D a\u00A0b",
          "");

  private static final int MOST_PROBES = 64;

  private final int vocabSize;
  private final String origin;
  private final GgufWriter gguf;

  private GgufVocabulary(int vocabSize, String origin, GgufWriter gguf) {
    this.vocabSize = vocabSize;
    this.origin = origin;
    this.gguf = gguf;
  }

  /**
   * Writes a tokenizer.
   *
   * @param vocabSize of the model; what is beyond the tokenizer becomes tokens that nothing is
   * @param origin whose tokenizer it is, for messages
   * @throws InputException if the format has no words for it
   */
  public static void write(Tokenizer tokenizer, int vocabSize, String origin, GgufWriter gguf) {
    if (tokenizer.vocabSize() > vocabSize) {
      throw new IllegalArgumentException(
          "%d tokens for a model of %d".formatted(tokenizer.vocabSize(), vocabSize));
    }
    GgufVocabulary writer = new GgufVocabulary(vocabSize, origin, gguf);
    switch (tokenizer) {
      case IdTokenizer ids -> gguf.set(KEY + "model", "no_vocab");
      case CharTokenizer chars -> writer.characters(chars);
      case ByteTokenizer bytes -> writer.subwords(PlainTokens.bytes());
      case SubwordTokenizer subwords -> writer.subwords(subwords);
      default -> throw writer.refusal(tokenizer.getClass().getSimpleName(), "one of this project");
    }
  }

  private InputException refusal(String found, String expected) {
    return new InputException(
        "%s: has a tokenizer (%s) that GGUF has no word for, expected %s"
            .formatted(origin, found, expected));
  }

  private void characters(CharTokenizer chars) {
    int[] characters = chars.characters().codePoints().toArray();
    List<String> tokens = new ArrayList<>();
    int[] types = new int[vocabSize];
    for (int id = 0; id < characters.length; id++) {
      tokens.add(escaped(characters[id]));
      boolean mark = PlainTokens.isMark(characters[id]);
      types[id] = (mark ? PieceType.CONTROL : PieceType.NORMAL).number();
    }
    gguf.set(KEY + "model", "rwkv");
    id("bos_token_id", PlainTokens.end(chars));
    id("eos_token_id", PlainTokens.end(chars));
    tokens(tokens, types, new float[0]);
    flags(false, false);
  }

  /** As files of RWKV spell bytes. */
  private static String escaped(int character) {
    return switch (character) {
      case '\t' -> "\\t";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\\' -> "\\\\";
      default ->
          character < ' ' || character == 0x7F
              ? "\\x%02x".formatted(character)
              : Character.toString(character);
    };
  }

  private void subwords(SubwordTokenizer tokenizer) {
    switch (tokenizer.stored()) {
      case StoredTokenizer.HuggingFace stored -> {
        StoredMerges merges = StoredMerges.read(stored.json().get(), origin);
        if (merges.byteLevel()) {
          byteLevel(tokenizer, merges);
        } else {
          SentencePieceModel model = model(tokenizer, merges);
          requireSame(
              tokenizer, SentencePieceTokenizer.of(model, origin, true, false, false, List.of()));
          sentencePiece(tokenizer, model);
        }
      }
      case StoredTokenizer.SentencePiece stored ->
          sentencePiece(tokenizer, SentencePieceModel.read(stored.model().get(), origin));
    }
  }

  private void byteLevel(SubwordTokenizer tokenizer, StoredMerges stored) {
    GgufSplitting splitting = splitting(tokenizer, stored);
    List<String> merges = new ArrayList<>();
    for (int rank = 0; rank < stored.merges().size(); rank++) {
      merges.add(stored.merges().left(rank) + " " + stored.merges().right(rank));
    }
    gguf.set(KEY + "model", "gpt2").set(KEY + "pre", splitting.first()).set(KEY + "merges", merges);
    tokens(tokenizer.pieces(), types(tokenizer), new float[0]);
    special(tokenizer, true);
  }

  /** What llama.cpp calls it when words are told apart as this tokenizer does. */
  private GgufSplitting splitting(SubwordTokenizer tokenizer, StoredMerges stored) {
    List<GgufSplitting> known = new ArrayList<>(List.of(GgufSplitting.values()));
    known.removeIf(one -> one.ignoreMerges() != stored.ignoreMerges());
    // Those of the same words first; others may differ in spelling alone.
    known.sort(
        (a, b) ->
            Boolean.compare(
                b.expressions().equals(stored.splitting()),
                a.expressions().equals(stored.splitting())));
    for (GgufSplitting one : known) {
      ByteLevelBpe again =
          new ByteLevelBpe(
              tokenizer.pieces(),
              stored.merges(),
              one.expressions(),
              one.ignoreMerges(),
              tokenizer.addedTokens(),
              ByteLevelBpe.Special.NONE);
      if (differing(tokenizer, again.tokenizer(), UnaryOperator.identity()).isEmpty()) {
        return one;
      }
    }
    throw refusal(
        "words told apart by " + String.join(" ", stored.splitting()),
        "one of " + GgufSplitting.known());
  }

  /** The model of SentencePiece in which what is merged first has the highest score. */
  private SentencePieceModel model(SubwordTokenizer tokenizer, StoredMerges stored) {
    List<String> pieces = tokenizer.pieces();
    Map<String, Integer> ranks = new HashMap<>();
    BpeModel.Merges merges = stored.merges();
    for (int rank = 0; rank < merges.size(); rank++) {
      ranks.putIfAbsent(merges.left(rank) + merges.right(rank), rank);
    }
    float[] scores = new float[pieces.size()];
    boolean bytes = false;
    int[] types = types(tokenizer);
    for (int id = 0; id < scores.length; id++) {
      scores[id] = -ranks.getOrDefault(pieces.get(id), merges.size());
      boolean isByte = pieces.get(id).matches("<0x[0-9A-F]{2}>");
      types[id] = isByte ? PieceType.BYTE.number() : types[id];
      bytes |= isByte;
      if (types[id] == PieceType.CONTROL.number() && pieces.get(id).equals("<unk>")) {
        types[id] = PieceType.UNKNOWN.number();
      }
    }
    SpecialTokens specials = tokenizer.specials();
    return new SentencePieceModel(
        pieces,
        scores,
        Arrays.copyOf(types, scores.length),
        new SentencePieceModel.Options(
            false,
            bytes,
            tokenizer.addedSpaces() > 0,
            false,
            new byte[0],
            specials.begin(),
            specials.end()));
  }

  private void sentencePiece(SubwordTokenizer tokenizer, SentencePieceModel model) {
    SentencePieceModel.Options options = model.options();
    List<String> pieces = new ArrayList<>(model.pieces());
    for (int id = 0; id < pieces.size(); id++) {
      if (model.types()[id] == PieceType.USER_DEFINED.number()) {
        pieces.set(id, pieces.get(id).replace('\u2581', ' '));
      }
      if (model.types()[id] == PieceType.UNKNOWN.number()) {
        id("unknown_token_id", OptionalInt.of(id));
      }
    }
    gguf.set(KEY + "model", options.unigram() ? "t5" : "llama");
    if (!options.unigram()) {
      gguf.set(KEY + "pre", "default");
    }
    gguf.set(KEY + "add_space_prefix", options.dummyPrefix());
    gguf.set(KEY + "remove_extra_whitespaces", options.singleSpaces());
    if (options.charsmap().length > 0) {
      gguf.set(KEY + "precompiled_charsmap", options.charsmap());
    }
    tokens(pieces, Arrays.copyOf(model.types(), vocabSize), model.scores());
    special(tokenizer, false);
  }

  private int[] types(SubwordTokenizer tokenizer) {
    int[] types = new int[vocabSize];
    Arrays.fill(types, 0, tokenizer.vocabSize(), PieceType.NORMAL.number());
    for (AddedToken token : tokenizer.addedTokens()) {
      types[token.id()] = PieceType.USER_DEFINED.number();
    }
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      if (tokenizer.isControl(id)) {
        types[id] = PieceType.CONTROL.number();
      }
    }
    return types;
  }

  /** Writes as many tokens as the model has; those that nothing is get names, once each. */
  private void tokens(List<String> pieces, int[] types, float[] scores) {
    List<String> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int id = 0; id < vocabSize; id++) {
      String piece = id < pieces.size() ? pieces.get(id) : "";
      boolean absent = piece.isEmpty() || !names.add(piece);
      if (absent) {
        piece = "[PAD" + id + "]";
        names.add(piece);
        types[id] = PieceType.UNUSED.number();
      }
      all.add(piece);
    }
    gguf.set(KEY + "tokens", all).set(KEY + "token_type", types);
    if (scores.length > 0) {
      gguf.set(KEY + "scores", Arrays.copyOf(scores, vocabSize));
    }
  }

  private void special(SubwordTokenizer tokenizer, boolean byteLevel) {
    SpecialTokens specials = tokenizer.specials();
    boolean before = requireOne(specials.before(), specials.begin(), "before");
    boolean after = requireOne(specials.after(), specials.end(), "after");
    // llama.cpp takes token 11 for both where a vocabulary of bytes names none.
    OptionalInt begin = byteLevel && specials.begin().isEmpty() ? specials.end() : specials.begin();
    id("bos_token_id", begin);
    id("eos_token_id", specials.end());
    List<Integer> others =
        specials.stops().stream()
            .filter(stop -> stop != specials.end().orElse(-1))
            .sorted()
            .limit(2)
            .toList();
    if (!others.isEmpty()) {
      gguf.set(KEY + "eot_token_id", others.getFirst());
    }
    if (others.size() > 1) {
      gguf.set(KEY + "eom_token_id", others.getLast());
    }
    flags(before, after);
  }

  private boolean requireOne(List<Integer> tokens, OptionalInt expected, String where) {
    if (tokens.isEmpty()) {
      return false;
    }
    if (tokens.size() > 1 || tokens.getFirst() != expected.orElse(-1)) {
      throw refusal(
          "%d tokens %s a text".formatted(tokens.size(), where),
          "the one that begins or ends texts there");
    }
    return true;
  }

  private void id(String key, OptionalInt id) {
    if (id.isPresent()) {
      gguf.set(KEY + key, id.getAsInt());
    }
  }

  private void flags(boolean before, boolean after) {
    gguf.set(KEY + "add_bos_token", before).set(KEY + "add_eos_token", after);
  }

  private void requireSame(SubwordTokenizer tokenizer, SubwordTokenizer again) {
    // Before a text that begins with a space llama.cpp writes one more, where some files do not.
    List<String> other =
        differing(tokenizer, again, text -> text.replace('\u2581', ' ').stripLeading());
    if (!other.isEmpty()) {
      throw refusal(
          "\"" + other.getFirst().strip() + "\" is written otherwise", "LLaMA's or Gemma's");
    }
  }

  /** The probes that two tokenizers write in different tokens. */
  private static List<String> differing(
      SubwordTokenizer one, SubwordTokenizer other, UnaryOperator<String> change) {
    List<String> different = new ArrayList<>();
    List<String> probes = new ArrayList<>(PROBES);
    for (AddedToken token : one.addedTokens()) {
      // GGUF says of a token where it is found no more than that it is.
      boolean plain = !token.singleWord() && !token.leftStrip() && !token.rightStrip();
      if (!token.special() && !(plain && !token.normalized()) && probes.size() < MOST_PROBES) {
        probes.add("a" + token.content() + "a " + token.content() + " A" + token.content());
      }
    }
    for (String probe : probes) {
      String text = change.apply(probe);
      if (!Arrays.equals(encoded(one, text), encoded(other, text))) {
        different.add(probe);
      }
    }
    return different;
  }

  /** Nothing where the vocabulary cannot write the text. */
  private static int[] encoded(SubwordTokenizer tokenizer, String text) {
    try {
      return tokenizer.encode(text);
    } catch (InputException e) {
      return new int[] {-1};
    }
  }
}
