package dev.chainrule.text.run;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.data.RandomCrops;
import dev.chainrule.core.data.SequentialWindows;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.TokenizedCorpus;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs that train a language model on text. */
public final class TextRun {
  private static final int EVALUATION_BATCH = 64;

  private TextRun() {}

  /**
   * A run from its first step.
   *
   * @param data file, folder or known name
   * @param out the folder that gets the model
   */
  public static TrainingRun<TokenBatch> begin(String data, TextTraining training, Path out)
      throws IOException {
    Corpus corpus = corpus(data, training.glob());
    return begin(data, corpus, training, training.network(), out);
  }

  private static <C> TrainingRun<TokenBatch> begin(
      String data,
      Corpus corpus,
      TextTraining training,
      TextTraining.Network<C> network,
      Path out) {
    Tokenizer tokenizer = training.tokens().of(corpus.text());
    C shape = network.shape().apply(tokenizer.vocabSize());
    LanguageModel model = network.kind().create(shape);
    Recipe recipe = training.recipe();
    if (training.epochs() > 0) {
      double characters = corpus.text().length() * (1 - training.validationFraction());
      double perStep =
          (double) recipe.batchSize() * recipe.training().accumulate() * model.contextLength();
      recipe = recipe.withSteps(Math.max(1, Math.round(training.epochs() * characters / perStep)));
    }
    TextData source = new TextData(data, training.glob(), training.validationFraction());
    StoredOptions<TextData> options = new StoredOptions<>(source, recipe);
    return TrainingRun.begin(
        subject(network.kind(), shape, model, options, tokenizer),
        data(corpus, tokenizer, model, options),
        out);
  }

  /**
   * A run that goes on from the checkpoint in its folder, as it was but for how long.
   *
   * @param data if it lies elsewhere now
   * @param glob if other files of a folder are meant now
   * @param length what of the recipe is other, which may only be its length
   */
  public static TrainingRun<TokenBatch> resume(
      Path out, @Nullable String data, @Nullable String glob, UnaryOperator<Recipe> length)
      throws IOException {
    return resume(TextModel.kind(out), out, data, glob, length);
  }

  private static <C> TrainingRun<TokenBatch> resume(
      TextKind<C> kind,
      Path out,
      @Nullable String data,
      @Nullable String glob,
      UnaryOperator<Recipe> length)
      throws IOException {
    Checkpoint checkpoint = kind.checkpoint(out);
    Checkpoint.Config config = checkpoint.config();
    StoredOptions<TextData> stored = options(out, config);
    StoredOptions<TextData> options = stored.with(length.apply(stored.recipe()));
    Tokenizer tokenizer =
        checkpoint.read(from -> TokenizerFile.read(from.resolve(TokenizerFile.NAME)));
    C shape = kind.configuration(out, config);
    LanguageModel model = checkpoint.construct(() -> kind.create(shape));
    Corpus corpus =
        corpus(
            data == null ? stored.data().data() : data, glob == null ? stored.data().glob() : glob);
    return TrainingRun.resume(
        subject(kind, shape, model, options, tokenizer),
        data(corpus, tokenizer, model, options),
        out);
  }

  /** How a model was trained; runs of before {@code --glob} was written down took all files. */
  public static StoredOptions<TextData> options(Path folder, Checkpoint.Config config) {
    JsonNode options = StoredOptions.requireTraining(folder, config).options();
    if (options instanceof ObjectNode object && !object.has("glob")) {
      options = object.deepCopy().put("glob", Corpus.ALL_FILES);
    }
    return StoredOptions.parse(folder, options, TextData.class);
  }

  static Corpus corpus(String data, String glob) throws IOException {
    return Corpus.read(data, glob, DataFolders.ofEnvironment(), (file, bytes) -> {});
  }

  private static <C> TrainingRun.Subject<C, TokenBatch> subject(
      TextKind<C> kind,
      C shape,
      LanguageModel model,
      StoredOptions<TextData> options,
      Tokenizer tokenizer) {
    return new TrainingRun.Subject<>(
        kind,
        shape,
        model,
        options,
        empty -> TokenizerFile.write(empty.resolve(TokenizerFile.NAME), tokenizer));
  }

  private static TrainingRun.Data<TokenBatch> data(
      Corpus corpus, Tokenizer tokenizer, LanguageModel model, StoredOptions<TextData> options) {
    TokenizedCorpus split =
        TokenizedCorpus.of(corpus, tokenizer, options.data().validationFraction());
    int length = model.contextLength() + 1;
    Recipe recipe = options.recipe();
    RandomCrops crops =
        new RandomCrops(
            split.training(),
            corpus.origin(),
            recipe.batchSize(),
            length,
            recipe.training().seed());
    SequentialWindows windows =
        new SequentialWindows(split.validation(), corpus.origin(), EVALUATION_BATCH, length);
    String description =
        String.format(
            Locale.ROOT,
            "%s: %,d tokens to learn, %,d held out; %,d parameters",
            corpus.origin(),
            split.training().length(),
            split.validation().length(),
            model.parameters().count());
    return TrainingRun.Data.of(i -> new TokenBatch(crops.at(i)), batches(windows), description);
  }

  /** The windows as batches; the last may be shorter in both directions. */
  static List<TokenBatch> batches(SequentialWindows windows) {
    List<TokenBatch> batches = new ArrayList<>();
    for (Tensor window : windows) {
      Tensor copy = Tensor.zeros(window.dtype(), window.shape());
      copy.copyFrom(window);
      batches.add(new TokenBatch(copy));
    }
    return batches;
  }
}
