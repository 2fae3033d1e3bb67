package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.data.SequentialWindows;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.ContextOverflow;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.TokenizedCorpus;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trained language model: trained by {@link #train} or opened by {@link #open}, it evaluates,
 * scores and continues text. Its methods may be called from one thread at a time.
 */
public final class TextModel implements TrainedModel {
  private static final int MICRO_BATCH = 8;
  private static final int EVALUATION_BATCH = 64;

  private final Path folder;
  private final TextKind<?> kind;
  private final LanguageModel network;
  private final Tokenizer tokenizer;
  private final Checkpoint.Config config;
  private final Compute compute;

  private TextModel(
      Path folder,
      TextKind<?> kind,
      LanguageModel network,
      Tokenizer tokenizer,
      Checkpoint.Config config,
      Compute compute) {
    this.folder = folder;
    this.kind = kind;
    this.network = network;
    this.tokenizer = tokenizer;
    this.config = config;
    this.compute = compute;
  }

  /**
   * Opens a trained model.
   *
   * @throws InputException if the folder holds none, or one that is damaged
   */
  public static TextModel open(Path folder) throws IOException {
    return open(kind(folder), folder);
  }

  private static <C> TextModel open(TextKind<C> kind, Path folder) throws IOException {
    Checkpoint checkpoint = kind.checkpoint(folder);
    Checkpoint.Config config = checkpoint.config();
    C shape = kind.configuration(folder, config);
    LanguageModel network = (LanguageModel) kind.load(checkpoint, shape);
    Tokenizer tokenizer =
        checkpoint.read(from -> TokenizerFile.read(from.resolve(TokenizerFile.NAME)));
    if (tokenizer.vocabSize() != network.vocabSize()) {
      throw new InputException(
          "%s: the tokenizer has %d tokens, the model %d"
              .formatted(folder, tokenizer.vocabSize(), network.vocabSize()));
    }
    return new TextModel(folder, kind, network, tokenizer, config, Compute.automatic());
  }

  /** The kind of the text model in a folder. */
  static TextKind<?> kind(Path folder) throws IOException {
    return ModelKinds.of(folder, TextKind.class);
  }

  /**
   * Trains a model.
   *
   * @param data a file, a folder, or the name of a known set such as {@code tinyshakespeare}
   * @param out the folder that gets the model; must not hold one yet
   * @param listeners are told how it goes; a {@link dev.chainrule.core.run.TrainingBar} shows it
   */
  public static TextModel train(
      String data, TextTraining training, Path out, TrainingListener... listeners)
      throws IOException {
    TrainingRun.train(
        training.network().kind(),
        out,
        () -> TextRun.begin(data, training, out),
        List.of(listeners));
    return open(out);
  }

  @Override
  public String kind() {
    return kind.name();
  }

  @Override
  public long numParameters() {
    return network.parameters().count();
  }

  @Override
  public TextModel on(Compute other) {
    return new TextModel(folder, kind, network, tokenizer, config, other);
  }

  /** The network itself. */
  public LanguageModel network() {
    return network;
  }

  /** What its tokens are. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** All that its {@code config.json} says. */
  public Checkpoint.Config config() {
    return config;
  }

  /** Of the text that the model was trained on the held-out part, and all of any other. */
  @Override
  public Evaluator.Result evaluate(String data) throws IOException {
    TextData learned = learnedFrom();
    TextData known = learned != null && learned.isOf(data) ? learned : null;
    Corpus corpus = TextRun.corpus(data, known == null ? Corpus.ALL_FILES : known.glob());
    return evaluate(tokens(corpus, known), corpus.origin());
  }

  /**
   * The tokens of a text.
   *
   * @param split by which its held-out part is meant; null for all of it
   */
  public TokenSequence tokens(Corpus corpus, @Nullable TextData split) {
    return split == null
        ? TokenizedCorpus.encode(corpus, tokenizer)
        : TokenizedCorpus.of(corpus, tokenizer, split.validationFraction()).validation();
  }

  /** What it was trained on; null where the checkpoint does not say. */
  public @Nullable TextData learnedFrom() {
    return config.training() == null ? null : TextRun.options(folder, config).data();
  }

  /**
   * The likelihood of tokens, in windows of the context length.
   *
   * @param origin where they come from, for messages
   */
  public Evaluator.Result evaluate(TokenSequence tokens, String origin) {
    SequentialWindows windows =
        new SequentialWindows(tokens, origin, EVALUATION_BATCH, network.contextLength() + 1);
    try (Engine engine = compute.open()) {
      return new Evaluator<>(network, engine, MICRO_BATCH).evaluate(TextRun.batches(windows));
    }
  }

  /**
   * Logits of the token after each token.
   *
   * @param text of 1 to as many tokens as the model sees at once
   * @return [tokens, vocabulary]
   */
  public INDArray logits(String text) {
    int[] ids = tokenizer.encode(text);
    if (ids.length == 0 || ids.length > network.contextLength()) {
      throw new InputException(
          "a text of %d tokens, expected 1 to the model's context length %d"
              .formatted(ids.length, network.contextLength()));
    }
    try (Engine engine = compute.open()) {
      Tape tape = Tape.evaluation(engine, network.parameters().snapshot(engine));
      tape.begin();
      Tensor given = tape.integers(1, ids.length);
      given.copyFrom(Tensor.of(ids, 1, ids.length));
      Tensor logits = network.logits(tape, given).value();
      return Tensor.of(logits.toFloats(), ids.length, network.vocabSize()).ndarray();
    }
  }

  /**
   * How probable a text is.
   *
   * @param text of 2 to one more tokens than the model sees at once
   * @return nats of each token after the first
   */
  public double[] score(String text) {
    int[] ids = tokenizer.encode(text);
    if (ids.length < 2 || ids.length > network.contextLength() + 1) {
      throw new InputException(
          "a text of %d tokens, expected 2 to %d, one more than the model sees at once"
              .formatted(ids.length, network.contextLength() + 1));
    }
    try (Engine engine = compute.open()) {
      Tape tape = Tape.evaluation(engine, network.parameters().snapshot(engine));
      tape.begin();
      TokenBatch batch = new TokenBatch(Tensor.of(ids, 1, ids.length));
      double[] nll = network.nll(tape, batch).value().toDoubles();
      return Arrays.stream(nll).map(nats -> -nats).toArray();
    }
  }

  /** Continues a prompt by so many tokens, as probable as the model says. */
  public String sample(String prompt, int tokens) {
    return sample(prompt, tokens, SamplingConfig.of(1));
  }

  /** Continues a prompt by so many tokens. */
  public String sample(String prompt, int tokens, SamplingConfig sampling) {
    return samples(prompt, tokens, 1, sampling).getFirst().text();
  }

  /**
   * Continues a prompt several times, in one batch.
   *
   * @param count how many continuations
   */
  public List<TextSample> samples(String prompt, int tokens, int count, SamplingConfig sampling) {
    return samples(prompt, count, sampling, GenerationConfig.of(tokens, sampling.seed()));
  }

  /** Continues a prompt and hears each piece of text as it is drawn. */
  public TextSample stream(
      String prompt, int tokens, SamplingConfig sampling, Consumer<String> listener) {
    GenerationConfig config = GenerationConfig.of(tokens, sampling.seed());
    return stream(prompt, sampling, config, listener);
  }

  /** Continues a prompt as the configuration says, and hears each piece of text as it is drawn. */
  public TextSample stream(
      String prompt,
      SamplingConfig sampling,
      GenerationConfig generation,
      Consumer<String> listener) {
    TextStream stream = new TextStream(tokenizer, listener);
    TextSample sample = samples(prompt, 1, sampling, generation.withListener(stream)).getFirst();
    stream.finish();
    return sample;
  }

  /**
   * Continues a prompt as the configuration says; what does not fit the context moves on by half.
   */
  public List<TextSample> samples(
      String prompt, int count, SamplingConfig sampling, GenerationConfig generation) {
    int[] given = tokenizer.encode(prompt);
    if (given.length == 0) {
      throw new InputException("an empty prompt, expected at least one token to continue");
    }
    CategoricalSampler sampler = new CategoricalSampler(tokenizer.vocabSize(), sampling.warpers());
    List<TextSample> samples = new ArrayList<>();
    try (Engine engine = compute.open();
        Decoder decoder = network.decoder(engine, count)) {
      Generation drawn =
          new Generator(decoder, sampler)
              .generate(
                  Tensor.of(given, 1, given.length),
                  generation.withOverflow(ContextOverflow.keepHalf()));
      for (Generation.Sequence sequence : drawn.sequences()) {
        int[] ids = sequence.elements().toInts();
        samples.add(
            new TextSample(
                tokenizer.decode(ids), Arrays.stream(ids).boxed().toList(), sequence.logProb()));
      }
    }
    return samples;
  }
}
