package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.text.data.ChatFormat;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Document;
import dev.chainrule.text.data.FillInTheMiddle;
import dev.chainrule.text.data.Markers;
import dev.chainrule.text.data.PackedTokens;
import dev.chainrule.text.data.Packing;
import dev.chainrule.text.data.TokenWindows;
import dev.chainrule.text.data.TokenizedCorpus;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The likelihood of texts under a language model. */
public final class TextLikelihood {
  private static final int MICRO_BATCH = 8;
  private static final int BATCH = 64;

  /** Sequences that a decoder reads beside each other: each has a cache of its own. */
  private static final int STREAMS = 4;

  private final LanguageModel network;
  private final Tokenizer tokenizer;
  private final ChatFormat chats;
  private final int window;
  private final Compute compute;

  /** The cache's format where likelihoods are computed token by token, as in drawing; else null. */
  private final @Nullable CacheFormat cache;

  /**
   * Of a model, by all of its context.
   *
   * @param tokenizer of its ids
   * @param chats how it reads conversations
   */
  public TextLikelihood(
      LanguageModel network, Tokenizer tokenizer, ChatFormat chats, Compute compute) {
    this(network, tokenizer, chats, network.contextLength(), compute, null);
  }

  TextLikelihood(
      LanguageModel network,
      Tokenizer tokenizer,
      ChatFormat chats,
      int window,
      Compute compute,
      @Nullable CacheFormat cache) {
    this.network = network;
    this.tokenizer = tokenizer;
    this.chats = chats;
    this.window = window;
    this.compute = compute;
    this.cache = cache;
  }

  /**
   * The same of sequences of so many tokens.
   *
   * @param tokens 1 to the model's context length
   */
  public TextLikelihood withWindow(int tokens) {
    if (tokens < 1 || tokens > network.contextLength()) {
      throw new IllegalArgumentException(
          "a window of %d tokens, expected 1 to the model's context of %d"
              .formatted(tokens, network.contextLength()));
    }
    return new TextLikelihood(network, tokenizer, chats, tokens, compute, cache);
  }

  /** Tokens seen at once. */
  public int window() {
    return window;
  }

  private Evaluator<TokenBatch> evaluator(Engine engine) {
    int sequences = TextRun.sequencesAtOnce(MICRO_BATCH, window, network.vocabSize());
    return new Evaluator<>(network, engine, sequences);
  }

  /** A corpus as the model's tokens. */
  public PackedTokens tokens(Corpus corpus) {
    return TokenizedCorpus.encode(corpus, tokenizer, chats);
  }

  /** In windows one after the other, as training measures what is held out. */
  public TextScore inWindows(Corpus corpus) {
    PackedTokens tokens = tokens(corpus);
    int length = window + 1;
    return score(
        corpus.origin(), tokens, TokenWindows.sequential(tokens, corpus.origin(), BATCH, length));
  }

  /**
   * With a window that slides: every token but the first is predicted once, from at least the
   * window less the stride, or from all that there is.
   *
   * @param stride from 1 to the window; the smaller the longer it takes
   */
  public TextScore sliding(Corpus corpus, int stride) {
    PackedTokens tokens = tokens(corpus);
    int length = window + 1;
    return score(
        corpus.origin(),
        tokens,
        TokenWindows.sliding(tokens, corpus.origin(), BATCH, length, stride));
  }

  /**
   * How far the model's conditionals are from those of another one, in windows as {@link
   * #inWindows}: the mean divergence of the other's, nats a token.
   *
   * @throws InputException if the other has other tokens, or sees fewer at once
   */
  public double divergence(LanguageModel other, Corpus corpus) {
    if (other.vocabSize() != network.vocabSize() || other.contextLength() < window) {
      throw new InputException(
          "a model of %d tokens that sees %d at once, expected %d and at least %d, to compare"
              .formatted(other.vocabSize(), other.contextLength(), network.vocabSize(), window));
    }
    try (Engine engine = compute.open()) {
      int sequences = TextRun.sequencesAtOnce(MICRO_BATCH, window, network.vocabSize());
      Divergence divergence = new Divergence(network, other);
      return new Evaluator<>(divergence, engine, sequences)
          .evaluate(windows(corpus, window).stream().map(w -> w).toList())
          .nll();
    }
  }

  private TextScore score(String origin, PackedTokens tokens, Iterable<TokenBatch> batches) {
    try (Engine engine = compute.open()) {
      Evaluator.Result result = evaluated(engine, batches);
      return new TextScore(
          origin,
          result.elements(),
          requireNumber(origin, result.nll()),
          tokens.range(1, tokens.length()).countBytes(tokenizer));
    }
  }

  private Evaluator.Result evaluated(Engine engine, Iterable<TokenBatch> batches) {
    if (cache == null) {
      return evaluator(engine).evaluate(batches);
    }
    double sum = 0;
    long elements = 0;
    CacheFormat format = cache;
    Decoder decoder = null;
    try {
      for (TokenBatch batch : batches) {
        if (decoder == null) {
          int streams = Math.min(STREAMS, batch.size());
          decoder = CachedSequences.decoder(network, engine, streams, format);
        }
        sum += Arrays.stream(new CachedSequences(decoder).sums(batch)).sum();
        elements += batch.predicted(network.givenElements());
      }
    } finally {
      if (decoder != null) {
        decoder.close();
      }
    }
    return new Evaluator.Result(sum / elements, elements);
  }

  /**
   * Each document by itself, with a window that slides.
   *
   * @param stride from 1 to the window
   * @return one score a document, in their order; those that have no token to predict are left out
   */
  public List<TextScore> documents(Corpus corpus, int stride) {
    try (Engine engine = compute.open();
        Decoder decoder =
            cache == null ? null : CachedSequences.decoder(network, engine, STREAMS, cache)) {
      Each each =
          new Each(decoder == null ? evaluator(engine)::sums : new CachedSequences(decoder)::sums);
      for (Document document : corpus.documents()) {
        PackedTokens tokens = tokens(corpus, document);
        if (tokens.length() > 1) {
          each.add(document.origin(), tokens, stride);
        }
      }
      List<TextScore> scores = each.scores();
      if (scores.isEmpty()) {
        throw nothingToPredict(corpus);
      }
      return scores;
    }
  }

  /**
   * Windows of one sequence of each document: every token but its first counts in one of them.
   *
   * @param stride from 1 to the window
   */
  List<TokenBatch> windows(Corpus corpus, int stride) {
    List<TokenBatch> windows = new ArrayList<>();
    for (Document document : corpus.documents()) {
      PackedTokens tokens = tokens(corpus, document);
      if (tokens.length() > 1) {
        TokenWindows.sliding(tokens, document.origin(), 1, window + 1, stride)
            .forEach(windows::add);
      }
    }
    if (windows.isEmpty()) {
      throw nothingToPredict(corpus);
    }
    return windows;
  }

  /** Sequences of one document each, one after the other: every token is read in one of them. */
  List<TokenBatch> sequences(Corpus corpus) {
    List<TokenBatch> sequences = new ArrayList<>();
    for (Document document : corpus.documents()) {
      PackedTokens tokens = tokens(corpus, document);
      if (tokens.length() > 1) {
        sequences.addAll(TokenWindows.sequential(tokens, document.origin(), BATCH, window + 1));
      }
    }
    if (sequences.isEmpty()) {
      throw nothingToPredict(corpus);
    }
    return sequences;
  }

  private PackedTokens tokens(Corpus corpus, Document document) {
    Packing packing = new Packing(tokenizer, Markers.of(tokenizer), chats, FillInTheMiddle.NONE);
    return corpus.isOneText() ? tokens(corpus) : packing.pack(List.of(document));
  }

  /** Refuses the likelihood that a damaged model gives a text. */
  private static double requireNumber(String origin, double nll) {
    if (Double.isNaN(nll)) {
      throw new InputException(
          "%s: the model gives it NaN nats a token, expected a number: weights of the model are damaged or too large"
              .formatted(origin));
    }
    return nll;
  }

  private static InputException nothingToPredict(Corpus corpus) {
    return new InputException(
        corpus.origin() + ": has no document of 2 tokens, expected some to predict");
  }

  /** Windows of several documents, of different lengths, evaluated beside each other. */
  private final class Each {
    private final Function<TokenBatch, double[]> nll;
    private final List<Sum> sums = new ArrayList<>();
    private final List<TokenBatch> waiting = new ArrayList<>();
    private final List<Sum> owners = new ArrayList<>();

    /** Of a document so far. */
    private static final class Sum {
      final String origin;
      final long bytes;
      long tokens;
      double nats;

      Sum(String origin, long bytes) {
        this.origin = origin;
        this.bytes = bytes;
      }
    }

    /** By the nats of each sequence of a batch. */
    Each(Function<TokenBatch, double[]> nll) {
      this.nll = nll;
    }

    void add(String origin, PackedTokens tokens, int stride) {
      Sum sum = new Sum(origin, tokens.range(1, tokens.length()).countBytes(tokenizer));
      sums.add(sum);
      int length = window + 1;
      for (TokenBatch window : TokenWindows.sliding(tokens, origin, 1, length, stride)) {
        waiting.add(window);
        owners.add(sum);
        if (waiting.size() == BATCH) {
          flush();
        }
      }
    }

    List<TextScore> scores() {
      flush();
      return sums.stream()
          .filter(sum -> sum.tokens > 0)
          .map(
              sum ->
                  new TextScore(
                      sum.origin,
                      sum.tokens,
                      requireNumber(sum.origin, sum.nats / sum.tokens),
                      sum.bytes))
          .toList();
    }

    private void flush() {
      if (waiting.isEmpty()) {
        return;
      }
      TokenBatch batch = together(waiting);
      double[] nats = nll.apply(batch);
      long[] counts = batch.predictedOf(network.givenElements());
      for (int b = 0; b < nats.length; b++) {
        owners.get(b).tokens += counts[b];
        owners.get(b).nats += nats[b];
      }
      waiting.clear();
      owners.clear();
    }
  }

  /** Filled up at their ends by tokens that do not count, which no token before them sees. */
  static TokenBatch together(List<TokenBatch> windows) {
    int length = windows.stream().mapToInt(TokenBatch::length).max().orElseThrow();
    Tensor elements = Tensor.zeros(DType.INT32, windows.size(), length);
    Tensor learnt = Tensor.zeros(DType.INT32, windows.size(), length);
    for (int b = 0; b < windows.size(); b++) {
      TokenBatch window = windows.get(b);
      Tensor counts = window.learnt();
      elements.copyFrom((long) b * length, window.elements(), 0, window.length());
      if (counts == null) {
        throw new IllegalArgumentException("a window of which all counts, expected a sliding one");
      }
      learnt.copyFrom((long) b * length, counts, 0, window.length());
    }
    return new TokenBatch(elements, learnt);
  }
}
