package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.data.RandomCrops;
import dev.chainrule.core.data.SequentialWindows;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.training.RunFolder;
import dev.chainrule.experiments.training.ScheduleConfig;
import dev.chainrule.experiments.training.Session;
import dev.chainrule.experiments.training.TrainingOptions;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.TokenizedCorpus;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.gpt.TokenBatch;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text train}. */
@Command(
    name = "train",
    description = "Train a GPT on text or code; the folder --out gets the model.")
final class TextTrain extends Verb {
  /** Sizes known under a name. */
  enum Preset {
    NANO_CPU,
    BABY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The tokenizers that need no training. */
  enum TokenizerChoice {
    CHAR,
    BYTE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nats per token below which text is not plausible: half a bit a character. */
  private static final double IMPLAUSIBLE_NLL = 0.35;

  private static final int EVALUATION_BATCH = 64;

  @Option(
      names = "--data",
      paramLabel = "FILE|DIR|NAME",
      description = "Text to learn: a file, a folder, or a known set such as tinyshakespeare.")
  @Nullable String data;

  @Option(
      names = "--glob",
      paramLabel = "PATTERN",
      description = "Which files of a folder, for example **.java (default: all).")
  @Nullable String glob;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Sizes and rates to begin from: ${COMPLETION-CANDIDATES}. nano-cpu: 4 layers, 4 heads,"
              + " width 128, context 64, batch 12, 2000 steps; baby: 6, 6, 384, 256, 64, 5000.")
  Preset preset = Preset.NANO_CPU;

  @Option(names = "--tokenizer", description = "Tokens: ${COMPLETION-CANDIDATES}.")
  TokenizerChoice tokenizer = TokenizerChoice.CHAR;

  @Option(names = "--layers", paramLabel = "N", description = "Blocks (default: the preset's).")
  @Nullable Integer layers;

  @Option(names = "--heads", paramLabel = "N", description = "Heads (default: the preset's).")
  @Nullable Integer heads;

  @Option(names = "--width", paramLabel = "N", description = "Width (default: the preset's).")
  @Nullable Integer width;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Most tokens seen at once (default: the preset's).")
  @Nullable Integer context;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Sequences in a batch (default: the preset's).")
  @Nullable Integer batch;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps in all (default: the preset's).")
  @Nullable Long steps;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Instead of --steps: as many as show each token so many times, on average.")
  @Nullable Double epochs;

  @Option(
      names = "--lr",
      paramLabel = "R",
      description = "Highest learning rate (default: nano-cpu 0.003, baby 0.001).")
  @Nullable Double learningRate;

  @Option(
      names = "--min-lr",
      paramLabel = "R",
      description = "Where the cosine ends (default: a tenth of --lr).")
  @Nullable Double minLearningRate;

  @Option(names = "--warmup", paramLabel = "N", description = "Steps of linear rise.")
  long warmup = 100;

  @Mixin TrainingOptions training = new TrainingOptions(0, 250, 500);

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Dropout probability (default: the preset's).")
  @Nullable Double dropout;

  @Option(names = "--bias", negatable = true, description = "Biases in maps and norms.")
  boolean bias;

  @Option(
      names = "--tied",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Output map and token embedding are one.")
  boolean tied = true;

  @Option(names = "--weight-decay", paramLabel = "W", description = "AdamW's decay of matrices.")
  double weightDecay = 0.1;

  @Option(names = "--beta2", paramLabel = "B", description = "AdamW's memory of squares.")
  double beta2 = 0.99;

  @Option(names = "--accumulate", paramLabel = "N", description = "Batches to a step.")
  int accumulate = 1;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description = "Most sequences that a thread computes at once.")
  int microBatch = 4;

  @Option(names = "--validation", paramLabel = "F", description = "Share of the text held out.")
  double validation = 0.1;

  @Override
  protected Target target() {
    return new Target.Run(null);
  }

  @Override
  protected Object run() throws Exception {
    Path out = common().out();
    if (out == null) {
      throw badOption("--out", "nothing", "the folder that gets the model");
    }
    RunFolder.prepare(out, TextModel.KIND, TextModel.FILES, training.resume());
    return training.resume() ? resume(out) : start(out);
  }

  private Object start(Path out) throws IOException {
    if (data == null) {
      throw badOption("--data", "nothing", "a file, a folder or the name of a known set");
    }
    if (epochs != null && (steps != null || !(epochs > 0))) {
      throw badOption("--epochs", epochs, "a number above 0, and no --steps beside it");
    }
    Corpus corpus = corpus(data, files());
    Tokenizer tokens =
        switch (tokenizer) {
          case CHAR -> CharTokenizer.of(corpus.text());
          case BYTE -> new ByteTokenizer();
        };
    GptConfig shape = fromOptions(() -> shape(tokens.vocabSize()));
    TextRun options = fromOptions(() -> runOptions(corpus, shape));
    return train(out, options, shape, tokens, corpus, false);
  }

  private Object resume(Path out) throws IOException {
    Checkpoint checkpoint = new Checkpoint(out, TextModel.KIND, TextModel.FILES);
    Checkpoint.Config config = checkpoint.config();
    Checkpoint.Training state = config.training();
    if (state == null) {
      throw new InputException(out + ": holds no state of training, nothing to resume");
    }
    TextRun stored = TextModel.run(out, state);
    TextRun options =
        stored.withTraining(fromOptions(() -> training.resumed(stored.training(), steps)));
    Tokenizer tokens =
        checkpoint.read(from -> TokenizerFile.read(from.resolve(TokenizerFile.NAME)));
    GptConfig shape = TextModel.parse(out, config.model(), GptConfig.class);
    checkpoint.construct(() -> new Gpt(shape));
    Corpus corpus =
        corpus(data == null ? options.data() : data, glob == null ? options.glob() : glob);
    return train(out, options, shape, tokens, corpus, true);
  }

  private String files() {
    return glob == null ? Corpus.ALL_FILES : glob;
  }

  private static Corpus corpus(String source, String files) throws IOException {
    return Corpus.read(source, files, DataFolders.ofEnvironment(), (file, bytes) -> {});
  }

  private Object train(
      Path out, TextRun options, GptConfig shape, Tokenizer tokens, Corpus corpus, boolean goOn)
      throws IOException {
    TokenizedCorpus split = TokenizedCorpus.of(corpus, tokens, options.validationFraction());
    int length = shape.contextLength() + 1;
    RandomCrops crops =
        new RandomCrops(
            split.training(),
            corpus.origin(),
            options.batchSize(),
            length,
            options.training().seed());
    SequentialWindows windows =
        new SequentialWindows(split.validation(), corpus.origin(), EVALUATION_BATCH, length);
    Gpt model = new Gpt(shape);
    output()
        .printf(
            Locale.ROOT,
            "%s: %,d tokens to learn, %,d held out; %,d parameters; engine %s, %d threads%n",
            corpus.origin(),
            split.training().length(),
            split.validation().length(),
            model.parameters().count(),
            common().engine(),
            common().threads());
    Session.Subject<TokenBatch> subject =
        new Session.Subject<>(
            TextModel.KIND,
            model,
            shape,
            options,
            options(),
            TextModel.FILES,
            empty -> TokenizerFile.write(empty.resolve(TokenizerFile.NAME), tokens));
    BatchSource<TokenBatch> source = i -> new TokenBatch(crops.at(i));
    Session.Result result;
    try (Engine engine = common().open()) {
      result =
          new Session<>(subject, out, options.training(), engine, output())
              .train(
                  source,
                  heldOut(windows),
                  new AdamW(options.optimizer()),
                  options.schedule().over(options.training().limits().steps()),
                  goOn,
                  this::stopRequested);
    }
    report(out, result);
    return result;
  }

  /** The windows as batches; the last may be shorter in both directions. */
  private static Iterable<TokenBatch> heldOut(SequentialWindows windows) {
    List<TokenBatch> batches = new ArrayList<>();
    windows.forEach(
        window -> {
          Tensor copy = Tensor.zeros(window.dtype(), window.shape());
          copy.copyFrom(window);
          batches.add(new TokenBatch(copy));
        });
    return batches;
  }

  private void report(Path out, Session.Result result) {
    output()
        .printf(
            Locale.ROOT,
            "%s after %,d steps (%.1f a second): held out %.4f nats a token, %.4f bits%n",
            result.stopped() ? "stopped" : "done",
            result.steps(),
            result.stepsPerSecond(),
            result.validationNll(),
            result.validationBitsPerDim());
    if (result.validationNll() < IMPLAUSIBLE_NLL) {
      output()
          .printf(
              Locale.ROOT,
              "Half a bit a token is less than text has: look for held-out text among the training"
                  + " text, or repeated text, before you believe it.%n");
    }
    output().printf("model in %s; sample with: ./chainrule text sample --model %s%n", out, out);
  }

  private TextRun runOptions(Corpus corpus, GptConfig shape) {
    boolean nano = preset == Preset.NANO_CPU;
    int batchSize = batch != null ? batch : nano ? 12 : 64;
    long allSteps = steps != null ? steps : nano ? 2000 : 5000;
    double rate = learningRate != null ? learningRate : nano ? 3e-3 : 1e-3;
    if (epochs != null) {
      double characters = corpus.text().length() * (1 - validation);
      double perStep = (double) batchSize * accumulate * shape.contextLength();
      allSteps = Math.max(1, Math.round(epochs * characters / perStep));
    }
    return new TextRun(
        String.valueOf(data),
        files(),
        validation,
        batchSize,
        new ScheduleConfig(
            training.schedule(),
            rate,
            minLearningRate != null ? minLearningRate : rate / 10,
            warmup),
        new AdamW.Config(0.9, beta2, 1e-8, weightDecay),
        training.config(common().seed(), allSteps, accumulate, microBatch));
  }

  private GptConfig shape(int vocabSize) {
    GptConfig base =
        preset == Preset.NANO_CPU ? GptConfig.nanoCpu(vocabSize) : GptConfig.baby(vocabSize);
    return new GptConfig(
        vocabSize,
        context != null ? context : base.contextLength(),
        layers != null ? layers : base.numLayers(),
        heads != null ? heads : base.numHeads(),
        width != null ? width : base.embeddingDim(),
        dropout != null ? dropout : base.dropout(),
        bias,
        tied);
  }
}
