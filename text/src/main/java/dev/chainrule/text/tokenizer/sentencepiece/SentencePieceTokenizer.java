package dev.chainrule.text.tokenizer.sentencepiece;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel.PieceType;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.Charsmap;
import dev.chainrule.text.tokenizer.subword.Fallback;
import dev.chainrule.text.tokenizer.subword.Normalizer;
import dev.chainrule.text.tokenizer.subword.PieceTable;
import dev.chainrule.text.tokenizer.subword.PreTokenizer;
import dev.chainrule.text.tokenizer.subword.PreTokenizer.Metaspace;
import dev.chainrule.text.tokenizer.subword.PreTokenizer.Metaspace.Where;
import dev.chainrule.text.tokenizer.subword.ScoredBpeModel;
import dev.chainrule.text.tokenizer.subword.SplitRule;
import dev.chainrule.text.tokenizer.subword.StopTokens;
import dev.chainrule.text.tokenizer.subword.StoredTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordModel;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import dev.chainrule.text.tokenizer.subword.SymbolModel;
import dev.chainrule.text.tokenizer.subword.TokenText;
import dev.chainrule.text.tokenizer.subword.UnigramModel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A model of SentencePiece as a tokenizer. */
public final class SentencePieceTokenizer {
  private static final String MARK = "\u2581";

  /** A run of marks and what follows up to the next. */
  private static final String WORDS = "\u2581+[^\u2581]*|[^\u2581]+";

  private final SentencePieceModel model;
  private final PieceTable vocabulary;
  private final BitSet control = new BitSet();

  private SentencePieceTokenizer(SentencePieceModel model) {
    this.model = model;
    vocabulary = PieceTable.of(model.pieces());
    for (int id = 0; id < model.pieces().size(); id++) {
      if (model.is(id, PieceType.CONTROL) || model.is(id, PieceType.UNKNOWN)) {
        control.set(id);
      }
    }
  }

  /**
   * The tokenizer of a {@code tokenizer.model}. Before a text stands the token that begins one, as
   * LLaMA and Gemma have it.
   *
   * @throws InputException if the bytes are no model that is understood
   */
  public static SubwordTokenizer parse(byte[] bytes, String origin) {
    SentencePieceModel model = SentencePieceModel.read(bytes, origin);
    SentencePieceTokenizer reader = new SentencePieceTokenizer(model);
    List<Integer> before =
        model.options().unigram() ? List.of() : model.options().begin().stream().boxed().toList();
    List<Integer> after =
        model.options().unigram() ? model.options().end().stream().boxed().toList() : List.of();
    SpecialTokens specials =
        StopTokens.with(
            reader.vocabulary,
            reader.control,
            model.options().begin(),
            model.options().end(),
            List.of(),
            before,
            after);
    StoredTokenizer stored = new StoredTokenizer.SentencePiece(() -> bytes, false);
    return reader.built(origin, specials, false, stored);
  }

  /**
   * A tokenizer of a model that is not from a file of its own.
   *
   * @param spaceAfterTokens whether a space is written after each added token too
   * @param addBegin whether the model's beginning stands before a text
   * @param addEnd whether its end stands after one
   * @param stops tokens that end what a model says beside its end
   */
  public static SubwordTokenizer of(
      SentencePieceModel model,
      String origin,
      boolean spaceAfterTokens,
      boolean addBegin,
      boolean addEnd,
      List<Integer> stops) {
    SentencePieceTokenizer reader = new SentencePieceTokenizer(model);
    OptionalInt begin = model.options().begin();
    OptionalInt end = model.options().end();
    SpecialTokens specials =
        StopTokens.with(
            reader.vocabulary,
            reader.control,
            begin,
            end,
            stops,
            addBegin ? begin.stream().boxed().toList() : List.of(),
            addEnd ? end.stream().boxed().toList() : List.of());
    return reader.built(
        origin,
        specials,
        spaceAfterTokens,
        new StoredTokenizer.SentencePiece(model::toBytes, spaceAfterTokens));
  }

  /** A tokenizer that was kept with its special tokens. */
  public static SubwordTokenizer restored(
      byte[] bytes, String origin, boolean spaceAfterTokens, SpecialTokens specials) {
    SentencePieceTokenizer reader =
        new SentencePieceTokenizer(SentencePieceModel.read(bytes, origin));
    StoredTokenizer stored = new StoredTokenizer.SentencePiece(() -> bytes, spaceAfterTokens);
    return reader.built(origin, specials, spaceAfterTokens, stored);
  }

  private SubwordTokenizer built(
      String origin, SpecialTokens specials, boolean spaceAfterTokens, StoredTokenizer stored) {
    try {
      return new SubwordTokenizer(parts(spaceAfterTokens), specials, stored);
    } catch (InputException e) {
      throw new InputException(origin + ": " + e.getMessage(), e);
    }
  }

  private SubwordTokenizer.Parts parts(boolean spaceAfterTokens) {
    SentencePieceModel.Options options = model.options();
    BitSet unfit = (BitSet) control.clone();
    List<AddedToken> added = new ArrayList<>();
    List<SymbolModel.Symbol> symbols = new ArrayList<>();
    OptionalInt unknown = OptionalInt.empty();
    for (int id = 0; id < model.pieces().size(); id++) {
      String piece = model.pieces().get(id);
      if (model.is(id, PieceType.UNKNOWN)) {
        unknown = OptionalInt.of(id);
      }
      if (!model.is(id, PieceType.NORMAL) && !model.is(id, PieceType.USER_DEFINED)) {
        unfit.set(id);
      }
      if (control.get(id) && !piece.isEmpty()) {
        added.add(AddedToken.control(id, piece));
      } else if (model.is(id, PieceType.USER_DEFINED) && !piece.isEmpty()) {
        // llama.cpp looks for them before all else, the library in the text that is prepared.
        if (spaceAfterTokens) {
          added.add(AddedToken.text(id, piece.replace(MARK, " ")));
        } else {
          symbols.add(new SymbolModel.Symbol(id, piece));
        }
      }
    }
    Fallback fallback =
        options.byteFallback() ? Fallback.bytes(vocabulary, unknown) : Fallback.unknown(unknown);
    return new SubwordTokenizer.Parts(
        vocabulary,
        added,
        control,
        normalizer(options, symbols.stream().map(SymbolModel.Symbol::text).toList()),
        splitter(options, unfit, spaceAfterTokens),
        symbols.isEmpty()
            ? subwords(options, unfit, fallback)
            : new SymbolModel(symbols, subwords(options, unfit, fallback)),
        TokenText.sentencePiece(true, addedSpaces(options)));
  }

  private static int addedSpaces(SentencePieceModel.Options options) {
    int prefix = options.dummyPrefix() ? 1 : 0;
    return options.singleSpaces() ? Integer.MAX_VALUE : prefix;
  }

  private SubwordModel subwords(
      SentencePieceModel.Options options, BitSet unfit, Fallback fallback) {
    if (!options.unigram()) {
      return new ScoredBpeModel(vocabulary, model.scores(), unfit, fallback);
    }
    double[] scores =
        IntStream.range(0, vocabulary.size()).mapToDouble(id -> model.scores()[id]).toArray();
    return new UnigramModel(vocabulary, scores, unfit, fallback);
  }

  private static Normalizer normalizer(SentencePieceModel.Options options, List<String> symbols) {
    List<Normalizer> steps = new ArrayList<>();
    if (options.charsmap().length > 0) {
      Normalizer map = new Normalizer.Precompiled(Charsmap.read(options.charsmap()), false);
      steps.add(symbols.isEmpty() ? map : new Normalizer.Keeping(symbols, map));
    }
    if (options.singleSpaces()) {
      steps.add(new Normalizer.SingleSpaces());
    }
    return steps.isEmpty() ? Normalizer.NONE : new Normalizer.Sequence(steps);
  }

  /**
   * Where no token has a mark after something else, no token crosses the beginning of a word: then
   * words can be written one by one, which is faster, and remembered.
   */
  private PreTokenizer splitter(
      SentencePieceModel.Options options, BitSet unfit, boolean spaceAfterTokens) {
    Where where =
        !options.dummyPrefix() ? Where.NEVER : spaceAfterTokens ? Where.ALWAYS : Where.FIRST;
    PreTokenizer marks = new Metaspace(MARK, where, true, false);
    for (int id = 0; id < vocabulary.size(); id++) {
      if (!unfit.get(id) && hasMarkInside(model.pieces().get(id))) {
        return marks;
      }
    }
    return PreTokenizer.sequence(List.of(marks, SplitRule.isolated(WORDS)));
  }

  private static boolean hasMarkInside(String piece) {
    char mark = MARK.charAt(0);
    for (int i = 1; i < piece.length(); i++) {
      if (piece.charAt(i) == mark && piece.charAt(i - 1) != mark) {
        return true;
      }
    }
    return false;
  }
}
