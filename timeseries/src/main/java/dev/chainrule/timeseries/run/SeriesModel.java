package dev.chainrule.timeseries.run;

import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Surprise;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import dev.chainrule.timeseries.deepar.HeldOutWindows;
import dev.chainrule.timeseries.deepar.OneStepDistributions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A trained DeepAR, one network or an equal mixture of several: trained by {@link #train} or opened
 * by {@link #open}, it evaluates and forecasts series. Its methods may be called from one thread at
 * a time.
 */
public final class SeriesModel implements TrainedModel {
  private static final int MICRO_BATCH = 8;

  /** Sample paths of a series by which its forecast's distribution is told. */
  public static final int USUAL_PATHS = 200;

  private final DeepArFolder folder;
  private final Compute compute;

  private SeriesModel(DeepArFolder folder, Compute compute) {
    this.folder = folder;
    this.compute = compute;
  }

  /**
   * Opens a trained model.
   *
   * @throws dev.chainrule.base.InputException if the folder holds none, or one that is damaged
   */
  public static SeriesModel open(Path folder) throws IOException {
    return new SeriesModel(DeepArFolder.read(folder), Compute.automatic());
  }

  /**
   * Trains a model.
   *
   * @param data CSV in the long layout: {@code unique_id,ds,y}; its step is as the dates say
   * @param out the folder that gets the model; must not hold one yet
   * @param listeners are told how it goes; a {@link dev.chainrule.core.run.TrainingBar} shows it
   */
  public static SeriesModel train(
      Path data, SeriesTraining training, Path out, TrainingListener... listeners)
      throws IOException {
    return train(SeriesFile.of(data).read().series(), training, out, listeners);
  }

  /** Trains a model on series of one frequency. */
  public static SeriesModel train(
      List<Series> series, SeriesTraining training, Path out, TrainingListener... listeners)
      throws IOException {
    TrainingRun.train(
        new DeepArKind(), out, () -> SeriesRun.begin(series, training, out), List.of(listeners));
    return open(out);
  }

  @Override
  public String kind() {
    return DeepArFolder.KIND;
  }

  @Override
  public long numParameters() {
    return networks().stream().mapToLong(network -> network.parameters().count()).sum();
  }

  @Override
  public SeriesModel on(Compute other) {
    return new SeriesModel(folder, other);
  }

  /** The networks, of which it is an equal mixture. */
  public List<DeepAr> networks() {
    return folder.networks();
  }

  /** The first network's shape. */
  public DeepArConfig config() {
    return folder.model().config();
  }

  /** The series that it was trained on, without values. */
  public List<Series> known() {
    return folder.known();
  }

  /** Steps of the longest forecast. */
  public int horizon() {
    return config().predictionLength();
  }

  /** Series of a file in the long layout, with the columns that the model takes. */
  public List<Series> read(Path data) throws IOException {
    CovariateNames names = config().inputs().names();
    Frequency frequency = Frequency.of(config().frequency());
    return SeriesFile.of(data).by(frequency).with(names).read().series();
  }

  /**
   * The likelihood of the last window of each series of a file in the long layout: of several
   * networks the mean of each one's, which the mixture's is never below.
   */
  @Override
  public Evaluator.Result evaluate(String data) throws IOException {
    List<Series> series = read(Path.of(data));
    double nll = 0;
    long elements = 0;
    try (Engine engine = compute.open()) {
      for (DeepAr network : networks()) {
        Evaluator.Result result =
            new Evaluator<>(network, engine, MICRO_BATCH)
                .evaluate(HeldOutWindows.of(network.config(), series, 1));
        nll += result.nll() / networks().size();
        elements = result.elements();
      }
    }
    return new Evaluator.Result(nll, elements);
  }

  /** Forecasts all series of a file in the long layout, as far as the model does. */
  public SeriesForecasts forecast(Path data) throws IOException {
    return forecast(read(data), horizon(), USUAL_PATHS, 1, more -> {});
  }

  /**
   * Forecasts series.
   *
   * @param steps ahead, at most the model's horizon
   * @param paths of each series
   * @param seed of all random numbers
   * @param done hears, on any thread, how many series more are forecast
   * @throws IllegalArgumentException if the horizon is beyond the model's
   */
  public SeriesForecasts forecast(
      List<Series> series, int steps, int paths, long seed, IntConsumer done) {
    return forecast(series, steps, paths, seed, 0, done);
  }

  /**
   * The same of series in the middle of others, as they would be forecast among them.
   *
   * @param first how many others are before
   */
  public SeriesForecasts forecast(
      List<Series> series, int steps, int paths, long seed, long first, IntConsumer done) {
    if (steps < 1 || steps > horizon()) {
      throw new IllegalArgumentException(
          "horizon %d, expected 1 to the model's %d".formatted(steps, horizon()));
    }
    try (Engine engine = compute.open()) {
      List<Forecast> forecasts =
          new DeepArForecaster(networks(), known(), paths, engine)
              .forecastSeries(series, steps, seed, first, done);
      return new SeriesForecasts(series, forecasts);
    }
  }

  /**
   * How values lie in what the model expects of each from those before it.
   *
   * @param threshold of tail probabilities below which a value is flagged, above 0 and below 1
   * @return of each series a list of all its values; of its first context nothing is expected
   * @throws dev.chainrule.base.InputException for a series of other steps, or not longer than a
   *     forecast
   */
  public List<List<Surprise>> surprises(List<Series> series, double threshold) {
    Surprise.requireThreshold(threshold);
    try (Engine engine = compute.open()) {
      List<List<@Nullable Distribution>> expected =
          OneStepDistributions.of(networks(), known(), series, engine);
      List<List<Surprise>> result = new ArrayList<>();
      for (int i = 0; i < series.size(); i++) {
        result.add(Surprise.of(series.get(i).values(), expected.get(i), threshold));
      }
      return result;
    }
  }
}
