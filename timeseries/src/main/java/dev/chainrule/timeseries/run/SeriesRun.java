package dev.chainrule.timeseries.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.HeldOutWindows;
import dev.chainrule.timeseries.deepar.WindowBatch;
import dev.chainrule.timeseries.deepar.WindowSampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs that train a DeepAR. */
public final class SeriesRun {
  private static final DeepArKind KIND = new DeepArKind();
  private static final String FURTHER = "further";

  private SeriesRun() {}

  /**
   * A run from its first step.
   *
   * @param series of one frequency
   * @param out the folder that gets the model
   */
  public static TrainingRun<WindowBatch> begin(
      List<Series> series, SeriesTraining training, Path out) {
    DeepArConfig config = training.config(series.getFirst().frequency(), series.size());
    StoredOptions<SeriesLearned> options =
        new StoredOptions<>(
            new SeriesLearned(training.windows(), training.heldOutWindows(), training.further()),
            training.recipe());
    List<TrainingRun<WindowBatch>> further = new ArrayList<>();
    for (FurtherNetwork other : training.further()) {
      int number = further.size() + 2;
      further.add(begin(other.config(), series, further(options, other, number), out, number));
    }
    return begin(config, series, options, out, 1).followedBy(further);
  }

  private static TrainingRun<WindowBatch> begin(
      DeepArConfig config,
      List<Series> series,
      StoredOptions<SeriesLearned> options,
      Path out,
      int number) {
    DeepAr model = new DeepAr(config);
    Path folder = folder(out, number);
    return TrainingRun.begin(subject(model, series, options), data(model, series, options), folder);
  }

  private static Path folder(Path out, int number) {
    return number == 1 ? out : DeepArFolder.further(out, number);
  }

  private static StoredOptions<SeriesLearned> further(
      StoredOptions<SeriesLearned> first, FurtherNetwork network, int number) {
    Recipe recipe = SeriesTraining.recipe(first.recipe(), network, number);
    return new StoredOptions<>(first.data().alone(), recipe);
  }

  /**
   * A run that goes on from the checkpoint in its folder, as it was but for how long.
   *
   * @param series those that it was trained on
   * @param origin where they come from, for messages
   * @param length what of the recipe is other, which may only be its length
   */
  public static TrainingRun<WindowBatch> resume(
      Path out, List<Series> series, String origin, UnaryOperator<Recipe> length)
      throws IOException {
    Checkpoint.Config stored = KIND.checkpoint(out).config();
    DeepArConfig config = DeepArFolder.config(out);
    List<String> expected = DeepArFolder.known(out, config).stream().map(Series::id).toList();
    if (!series.stream().map(Series::id).toList().equals(expected)) {
      throw new InputException(
          "%s: holds other series than the %d that %s was trained on"
              .formatted(origin, expected.size(), out));
    }
    StoredOptions<SeriesLearned> before = options(out, stored);
    StoredOptions<SeriesLearned> options = lasting(before, length.apply(before.recipe()));
    List<TrainingRun<WindowBatch>> further = new ArrayList<>();
    for (FurtherNetwork other : options.data().further()) {
      int number = further.size() + 2;
      StoredOptions<SeriesLearned> its = further(options, other, number);
      further.add(
          DeepArFolder.exists(folder(out, number))
              ? resume(series, its, folder(out, number))
              : begin(other.config(), series, its, out, number));
    }
    return resume(series, options, out).followedBy(further);
  }

  /** With another recipe; where it has another number of steps, so have further networks. */
  private static StoredOptions<SeriesLearned> lasting(
      StoredOptions<SeriesLearned> before, Recipe recipe) {
    long steps = recipe.training().limits().steps();
    SeriesLearned data = before.data();
    return steps == before.recipe().training().limits().steps()
        ? before.with(recipe)
        : new StoredOptions<>(data.lasting(steps), recipe);
  }

  private static TrainingRun<WindowBatch> resume(
      List<Series> series, StoredOptions<SeriesLearned> options, Path folder) throws IOException {
    DeepArConfig config = DeepArFolder.config(folder);
    DeepAr model = KIND.checkpoint(folder).construct(() -> new DeepAr(config));
    return TrainingRun.resume(
        subject(model, series, options), data(model, series, options), folder);
  }

  /** How a run before recipes was described. */
  private record OldTraining(
      int steps,
      int batchSize,
      double learningRate,
      double averageDecay,
      double scalePower,
      double scheduledSampling) {}

  private record OldOptions(OldTraining training, long seed) {}

  private static StoredOptions<SeriesLearned> options(Path out, Checkpoint.Config config) {
    JsonNode json = StoredOptions.requireTraining(out, config).options();
    if (!json.has("seed")) {
      JsonNode now = json.deepCopy();
      if (now instanceof ObjectNode object && !object.has(FURTHER)) {
        // Of a run before there were any.
        object.putArray(FURTHER);
      }
      return StoredOptions.parse(out, now, SeriesLearned.class);
    }
    OldOptions old = StoredOptions.part(out, json, OldOptions.class);
    OldTraining training = old.training();
    double rate = training.learningRate();
    Recipe usual = SeriesTraining.usualRecipe();
    TrainConfig.Cadence cadence = usual.training().cadence();
    return new StoredOptions<>(
        new SeriesLearned(
            new WindowSampling(training.scalePower(), training.scheduledSampling()), 0, List.of()),
        new Recipe(
            training.batchSize(),
            new ScheduleConfig(ScheduleConfig.Kind.COSINE, rate, rate / 100, 100),
            new AdamW.Config(0.9, 0.999, 1e-8, 0),
            new TrainConfig(
                old.seed(),
                TrainConfig.Limits.steps(training.steps()),
                cadence,
                1,
                usual.training().microBatch(),
                usual.training().clipNorm(),
                training.averageDecay())));
  }

  private static TrainingRun.Subject<DeepArConfig, WindowBatch> subject(
      DeepAr model, List<Series> series, StoredOptions<SeriesLearned> options) {
    return new TrainingRun.Subject<>(
        KIND, model.config(), model, options, DeepArFolder.writer(series));
  }

  private static TrainingRun.Data<WindowBatch> data(
      DeepAr model, List<Series> series, StoredOptions<SeriesLearned> options) {
    int held = options.data().heldOutWindows();
    List<Series> learned = held == 0 ? series : HeldOutWindows.before(model.config(), series, held);
    List<WindowBatch> heldOut =
        held == 0 ? List.of() : HeldOutWindows.of(model.config(), series, held);
    long values = learned.stream().mapToLong(Series::length).sum();
    int windows = heldOut.stream().mapToInt(WindowBatch::size).sum();
    String description =
        String.format(
            Locale.ROOT,
            "%,d series of %,d values to learn, %,d windows held out; %s; %,d parameters",
            learned.size(),
            values,
            windows,
            model.config(),
            model.parameters().count());
    return new TrainingRun.Data<>(
        engine -> options.data().windows().windows(model, engine, learned, options.recipe()),
        heldOut,
        description);
  }
}
