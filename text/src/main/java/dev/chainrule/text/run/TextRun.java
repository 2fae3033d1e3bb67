package dev.chainrule.text.run;

import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.data.Markers;
import dev.chainrule.text.data.TokenCrops;
import dev.chainrule.text.data.TokenWindows;
import dev.chainrule.text.data.TokenizedCorpus;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Runs that train a language model on text. */
public final class TextRun {
  private static final int EVALUATION_BATCH = 64;

  /** Of a worker at once, where a sequence has no more: 256 MiB, and as much for gradients. */
  private static final long MOST_LOGITS = 1L << 26;

  /** What runs did before there was an option for it. */
  private static final Map<String, JsonNode> BEFORE =
      Map.of(
          "glob", StringNode.valueOf(Corpus.ALL_FILES),
          "documents", StringNode.valueOf(Documents.WHOLE.name()),
          "fim_rate", DoubleNode.valueOf(0),
          "validation_data", NullNode.getInstance(),
          "seed", LongNode.valueOf(0),
          "window", NullNode.getInstance(),
          "teacher", NullNode.getInstance());

  private TextRun() {}

  /**
   * What learns.
   *
   * @param shape of the kind
   * @param model of that shape
   */
  record Learner<C>(TextKind<C> kind, C shape, LanguageModel model) {}

  /** What is learnt and held out, as tokens of the model. */
  private record Source(Corpus corpus, TokenizedCorpus tokens) {
    static Source of(Texts texts, TokenFiles files, TextData data) {
      return new Source(
          texts.all,
          TokenizedCorpus.of(texts.parts(data), files.tokenizer(), files.chats(), data.middle()));
    }
  }

  /**
   * What a run reads.
   *
   * @param all what is learnt, and what is held out unless that lies elsewhere
   * @param heldOut what is held out, if it lies elsewhere
   */
  private record Texts(Corpus all, @Nullable Corpus heldOut) {
    static Texts read(TextData data) throws IOException {
      return read(data.data(), data.glob(), data.documents(), data.validationData());
    }

    static Texts read(
        String data, String glob, Documents documents, @Nullable String validationData)
        throws IOException {
      Corpus all = corpus(data, glob, documents);
      return new Texts(
          all,
          validationData == null ? null : corpus(validationData, Corpus.ALL_FILES, all.kind()));
    }

    Corpus.Parts parts(TextData data) {
      return heldOut == null ? data.split(all) : new Corpus.Parts(all, heldOut);
    }

    /** All characters, and those that mark documents. */
    String characters(boolean middles) {
      String text = Markers.withMarkers(all, middles);
      return heldOut == null ? text : text + Markers.withMarkers(heldOut, middles);
    }
  }

  /**
   * A run from its first step.
   *
   * @param data file, folder or known name
   * @param out the folder that gets the model
   */
  public static TrainingRun<TokenBatch> begin(String data, TextTraining training, Path out)
      throws IOException {
    Texts texts = texts(data, training);
    Tokenizer tokenizer = training.tokens().of(texts.characters(training.reading().fimRate() > 0));
    Learner<?> learner = learner(training.network(), tokenizer.vocabSize());
    TokenFiles files = new TokenFiles(tokenizer, null);
    return begin(data, texts, training, learner, files, null, out);
  }

  /** A new network that has yet to learn. */
  static <C> Learner<C> learner(TextTraining.Network<C> network, int vocabSize) {
    C shape = network.shape().apply(vocabSize);
    return new Learner<>(network.kind(), shape, network.kind().create(shape));
  }

  /**
   * A run of a model that there is already.
   *
   * @param teacher whose distributions it learns; null if it learns the tokens
   */
  static TrainingRun<TokenBatch> begin(
      String data,
      TextTraining training,
      Learner<?> learner,
      TokenFiles files,
      @Nullable Path teacher,
      Path out)
      throws IOException {
    return begin(data, texts(data, training), training, learner, files, teacher, out);
  }

  private static Texts texts(String data, TextTraining training) throws IOException {
    TextTraining.Reading reading = training.reading();
    return Texts.read(data, reading.glob(), reading.documents(), reading.validationData());
  }

  private static TrainingRun<TokenBatch> begin(
      String data,
      Texts texts,
      TextTraining training,
      Learner<?> learner,
      TokenFiles files,
      @Nullable Path teacher,
      Path out)
      throws IOException {
    Recipe recipe = training.recipe();
    TextTraining.Reading reading = training.reading();
    TextData from =
        new TextData(
            data,
            reading.glob(),
            texts.all.kind(),
            reading.fimRate(),
            reading.validationFraction(),
            reading.validationData(),
            recipe.training().seed(),
            training.window(),
            teacher == null ? null : teacher.toAbsolutePath().normalize().toString());
    Source source = Source.of(texts, files, from);
    recipe = recipe.with(fitting(recipe.training(), from.window(learner.model()), learner.model()));
    if (training.epochs() > 0) {
      double perStep =
          (double) recipe.batchSize()
              * recipe.training().accumulate()
              * from.window(learner.model());
      double tokens = source.tokens().training().length();
      recipe = recipe.withSteps(Math.max(1, Math.round(training.epochs() * tokens / perStep)));
    }
    StoredOptions<TextData> options = new StoredOptions<>(from, recipe);
    return TrainingRun.begin(
        subject(learner, options, files), data(source, learner.model(), options), out);
  }

  /** With so few sequences at once that their logits fit: their number is the most there may be. */
  private static TrainConfig fitting(TrainConfig config, int window, LanguageModel model) {
    return new TrainConfig(
        config.seed(),
        config.limits(),
        config.cadence(),
        config.accumulate(),
        sequencesAtOnce(config.microBatch(), window, model.vocabSize()),
        config.clipNorm(),
        config.averageDecay());
  }

  /** As many as may be, unless their logits are too many; at least one. */
  static int sequencesAtOnce(int most, int window, int vocabSize) {
    return Math.clamp(MOST_LOGITS / ((long) window * vocabSize), 1, most);
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
    TokenFiles files = checkpoint.read(TokenFiles::read);
    C shape = kind.configuration(out, config);
    LanguageModel model = checkpoint.construct(() -> kind.create(shape));
    Texts texts = Texts.read(stored.data().at(data, glob));
    return TrainingRun.resume(
        subject(new Learner<>(kind, shape, model), options, files),
        data(Source.of(texts, files, options.data()), model, options),
        out);
  }

  /** How a model was trained; what runs of before did not write down is as it was then. */
  public static StoredOptions<TextData> options(Path folder, Checkpoint.Config config) {
    JsonNode options = StoredOptions.requireTraining(folder, config).options();
    if (options instanceof ObjectNode object) {
      ObjectNode known = object.deepCopy();
      BEFORE.forEach(
          (key, value) -> {
            if (!known.has(key)) {
              known.set(key, value);
            }
          });
      options = known;
    }
    return StoredOptions.parse(folder, options, TextData.class);
  }

  static Corpus corpus(String data, String glob, Documents documents) throws IOException {
    return Corpus.read(data, glob, documents, DataFolders.ofEnvironment(), (file, bytes) -> {});
  }

  private static <C> TrainingRun.Subject<C, TokenBatch> subject(
      Learner<C> learner, StoredOptions<TextData> options, TokenFiles files) throws IOException {
    String teacher = options.data().teacher();
    LanguageModel model = learner.model();
    return new TrainingRun.Subject<>(
        learner.kind(),
        learner.shape(),
        teacher == null ? model : Distillation.of(model, Path.of(teacher)),
        options,
        files::write);
  }

  private static TrainingRun.Data<TokenBatch> data(
      Source source, LanguageModel model, StoredOptions<TextData> options) {
    Corpus corpus = source.corpus();
    TokenizedCorpus split = source.tokens();
    int length = options.data().window(model) + 1;
    Recipe recipe = options.recipe();
    TokenCrops crops =
        new TokenCrops(
            split.training(),
            corpus.origin(),
            recipe.batchSize(),
            length,
            recipe.training().seed());
    String description =
        String.format(
            Locale.ROOT,
            "%s: %s%,d tokens to learn, %,d held out; %,d parameters",
            corpus.origin(),
            corpus.isOneText()
                ? ""
                : String.format(Locale.ROOT, "%,d documents, ", corpus.documents().size()),
            split.training().learntCount(),
            split.validation().learntCount(),
            model.parameters().count());
    return TrainingRun.Data.of(
        crops::at,
        TokenWindows.sequential(split.validation(), corpus.origin(), EVALUATION_BATCH, length),
        description);
  }
}
