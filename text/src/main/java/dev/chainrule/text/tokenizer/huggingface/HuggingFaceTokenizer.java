package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.Fallback;
import dev.chainrule.text.tokenizer.subword.Normalizer;
import dev.chainrule.text.tokenizer.subword.PieceTable;
import dev.chainrule.text.tokenizer.subword.PreTokenizer;
import dev.chainrule.text.tokenizer.subword.StopTokens;
import dev.chainrule.text.tokenizer.subword.StoredTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordModel;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import dev.chainrule.text.tokenizer.subword.TokenText;
import dev.chainrule.text.tokenizer.subword.UnigramModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code tokenizer.json}: byte-pair encoding and unigram, with what Hugging Face's library
 * does around them. Padding and truncation, which are for batches, are left to who makes batches.
 */
public final class HuggingFaceTokenizer {
  /** Ids may leave gaps, but a file must not ask for memory that it does not fill. */
  private static final int FREE_IDS = 1024;

  private final String origin;
  private final TokenizerDocument document;
  private final Fields root;
  private final Fields model;
  private final BitSet control = new BitSet();

  /** Added tokens numbered so or higher are left out. */
  private final int limit;

  private HuggingFaceTokenizer(String json, String origin, int limit) {
    this.origin = origin;
    this.limit = limit;
    document = TokenizerDocument.parse(json, origin);
    root = new Fields(document.rest, origin, "");
    model = new Fields(document.model, origin, "model");
  }

  /**
   * The tokenizer of a file.
   *
   * @param json the file's text
   * @param origin where it is from, for messages
   * @throws InputException if it is none that is understood; the sentence names what is not
   */
  public static SubwordTokenizer parse(String json, String origin) {
    return parse(json, origin, Integer.MAX_VALUE, new StoredTokenizer.HuggingFace(() -> json));
  }

  /**
   * A tokenizer without the added tokens that a model has no place for, where these are all that it
   * has too many: Gemma's files name one for images, which its models of text alone lack.
   *
   * @param vocabSize of the model
   */
  public static SubwordTokenizer within(SubwordTokenizer tokenizer, int vocabSize, String origin) {
    SpecialTokens specials = tokenizer.specials();
    boolean fits =
        Stream.of(specials.before(), specials.after())
            .flatMap(List::stream)
            .allMatch(id -> id < vocabSize);
    long beyond = tokenizer.addedTokens().stream().filter(one -> one.id() >= vocabSize).count();
    if (!fits
        || beyond == 0
        || beyond < tokenizer.vocabSize() - vocabSize
        || !(tokenizer.stored() instanceof StoredTokenizer.HuggingFace stored)) {
      return tokenizer;
    }
    String json = stored.json().get();
    StoredTokenizer less = new StoredTokenizer.HuggingFace(() -> without(json, vocabSize, origin));
    Set<Integer> stops = new HashSet<>(specials.stops());
    stops.removeIf(id -> id >= vocabSize);
    return parse(json, origin, vocabSize, less)
        .withSpecials(
            new SpecialTokens(
                below(specials.begin(), vocabSize),
                below(specials.end(), vocabSize),
                stops,
                specials.before(),
                specials.after()));
  }

  private static OptionalInt below(OptionalInt id, int limit) {
    return id.orElse(limit) < limit ? id : OptionalInt.empty();
  }

  /** The file without the entries of the same added tokens. */
  private static String without(String json, int limit, String origin) {
    ObjectNode root = Json.parse(json, origin, ObjectNode.class);
    ArrayNode kept = Json.mapper().createArrayNode();
    for (JsonNode token : root.path("added_tokens")) {
      if (token.path("id").asInt(0) < limit) {
        kept.add(token);
      }
    }
    root.set("added_tokens", kept);
    return root.toString();
  }

  private static SubwordTokenizer parse(
      String json, String origin, int limit, StoredTokenizer stored) {
    HuggingFaceTokenizer reader = new HuggingFaceTokenizer(json, origin, limit);
    try {
      return reader.build(stored);
    } catch (InputException e) {
      String sentence = String.valueOf(e.getMessage());
      throw sentence.startsWith(origin) ? e : new InputException(origin + ": " + sentence, e);
    }
  }

  private SubwordTokenizer build(StoredTokenizer stored) {
    boolean unigram = isUnigram();
    List<AddedToken> added = added();
    PieceTable vocabulary = vocabulary(added);
    added.stream().filter(AddedToken::special).forEach(token -> control.set(token.id()));
    Normalizer normalizer =
        root.has("normalizer") ? NormalizerReader.read(root.object("normalizer")) : Normalizer.NONE;
    List<PreTokenizer> steps =
        root.has("pre_tokenizer")
            ? PreTokenizerReader.read(root.object("pre_tokenizer"))
            : List.of();
    TokenText text =
        root.has("decoder") ? DecoderReader.read(root.object("decoder")) : TokenText.PLAIN;
    SubwordModel subwords;
    List<PreTokenizer> splitting = steps;
    if (unigram) {
      subwords = unigram(vocabulary);
    } else {
      boolean byteLevel = endsInLetters(steps);
      splitting = byteLevel ? steps.subList(0, steps.size() - 1) : steps;
      subwords = bpe(vocabulary, byteLevel);
    }
    SubwordTokenizer.Parts parts =
        new SubwordTokenizer.Parts(
            vocabulary,
            added,
            control,
            normalizer,
            PreTokenizer.sequence(splitting),
            subwords,
            text);
    return new SubwordTokenizer(parts, specials(vocabulary), stored);
  }

  /** Letters for bytes at the end are left to the model, which takes the bytes themselves. */
  private boolean endsInLetters(List<PreTokenizer> steps) {
    long letters = steps.stream().filter(PreTokenizer.ByteLetters.class::isInstance).count();
    boolean plain =
        model.string("continuing_subword_prefix", "").isEmpty()
            && model.string("end_of_word_suffix", "").isEmpty();
    return plain && letters == 1 && steps.getLast() instanceof PreTokenizer.ByteLetters;
  }

  private boolean isUnigram() {
    String type = model.string("type", document.scores.length > 0 ? "Unigram" : "BPE");
    return switch (type) {
      case "BPE" -> false;
      case "Unigram" -> true;
      default -> throw model.unknownType("BPE, Unigram");
    };
  }

  private List<AddedToken> added() {
    List<AddedToken> added = new ArrayList<>();
    if (!root.has("added_tokens")) {
      return added;
    }
    for (Fields token : root.objects("added_tokens")) {
      if (token.count("id") < limit) {
        added.add(added(token, token.count("id")));
      }
    }
    return added;
  }

  static AddedToken added(Fields token, int id) {
    boolean special = token.flag("special", false);
    return new AddedToken(
        id,
        token.string("content"),
        special,
        token.flag("single_word", false),
        token.flag("lstrip", false),
        token.flag("rstrip", false),
        token.flag("normalized", !special));
  }

  private PieceTable vocabulary(List<AddedToken> added) {
    int count = document.tokens.size();
    int last = -1;
    for (int i = 0; i < count; i++) {
      last = Math.max(last, document.ids.get(i));
    }
    for (AddedToken token : added) {
      last = Math.max(last, token.id());
    }
    if (last < 0 || last >= 2L * (count + added.size()) + FREE_IDS) {
      throw new InputException(
          "%s: has %d tokens numbered up to %d, expected numbers without large gaps"
              .formatted(origin, count + added.size(), last));
    }
    @Nullable String[] all = new @Nullable String[last + 1];
    for (int i = 0; i < count; i++) {
      number(all, document.ids.get(i), document.tokens.get(i));
    }
    for (AddedToken token : added) {
      number(all, token.id(), token.content());
    }
    return PieceTable.of(Arrays.asList(all));
  }

  private void number(@Nullable String[] all, int id, String token) {
    String there = all[id];
    if (there != null && !there.equals(token)) {
      throw new InputException(
          "%s: has \"%s\" and \"%s\" both as token %d, expected one"
              .formatted(origin, there, token, id));
    }
    all[id] = token;
  }

  private BpeModel bpe(PieceTable vocabulary, boolean byteLevel) {
    if (document.scores.length > 0) {
      throw model.refusal("is BPE and has a list as vocab", "an object");
    }
    OptionalInt unknown = OptionalInt.empty();
    if (model.has("unk_token")) {
      int id = vocabulary.find(model.string("unk_token"));
      unknown = id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }
    BpeModel.Options options =
        new BpeModel.Options(
            byteLevel,
            model.flag("ignore_merges", false),
            model.flag("fuse_unk", false),
            model.string("continuing_subword_prefix", ""),
            model.string("end_of_word_suffix", ""));
    Fallback fallback =
        model.flag("byte_fallback", false)
            ? Fallback.bytes(vocabulary, unknown)
            : Fallback.unknown(unknown);
    BpeModel.Merges merges =
        BpeModel.merges(
            document.left.toArray(String[]::new), document.right.toArray(String[]::new));
    return new BpeModel(vocabulary, merges, control, options, fallback);
  }

  private UnigramModel unigram(PieceTable vocabulary) {
    if (document.scores.length != document.tokens.size() || document.scores.length == 0) {
      throw model.refusal("is Unigram and has no list of scores", "a list as vocab");
    }
    OptionalInt unknown = OptionalInt.empty();
    if (model.has("unk_id")) {
      int id = model.count("unk_id");
      if (id >= document.scores.length) {
        throw model.refusal(
            "has unk_id " + id, "a token from 0 to " + (document.scores.length - 1));
      }
      unknown = OptionalInt.of(id);
    }
    BitSet unfit = (BitSet) control.clone();
    unknown.ifPresent(unfit::set);
    unfit.set(document.scores.length, vocabulary.size());
    Fallback fallback =
        model.flag("byte_fallback", false)
            ? Fallback.bytes(vocabulary, unknown)
            : Fallback.unknown(unknown);
    return new UnigramModel(
        vocabulary, Arrays.copyOf(document.scores, vocabulary.size()), unfit, fallback);
  }

  /** The file does not name them: what is written before texts begins one, and so on. */
  private SpecialTokens specials(PieceTable vocabulary) {
    FrameReader frame = new FrameReader();
    if (root.has("post_processor")) {
      frame.add(root.object("post_processor"));
    }
    for (List<Integer> ids : List.of(frame.before, frame.after)) {
      for (int id : ids) {
        if (id >= vocabulary.size()) {
          throw new InputException(
              "%s: post_processor has token %d, expected 0 to %d"
                  .formatted(origin, id, vocabulary.size() - 1));
        }
      }
    }
    OptionalInt begin =
        frame.before.isEmpty() ? OptionalInt.empty() : OptionalInt.of(frame.before.getFirst());
    OptionalInt end =
        frame.after.isEmpty() ? OptionalInt.empty() : OptionalInt.of(frame.after.getLast());
    return StopTokens.with(vocabulary, control, begin, end, List.of(), frame.before, frame.after);
  }
}
