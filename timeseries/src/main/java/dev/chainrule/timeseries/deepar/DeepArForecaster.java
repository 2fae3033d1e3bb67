package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Forecasts by ancestral sampling: the past of a series is read once, then all its paths go on
 * beside each other, each fed its own draws, which also take the place of missing values. It speaks
 * for the weights that the model has when it is made. A series is recognised by its id; an unknown
 * one is forecast from its values alone. Path p of a series depends on the seed, the series' place
 * and p.
 */
public final class DeepArForecaster implements Forecaster {
  /** Paths beside each other on a worker. */
  private static final int STREAMS = 2048;

  /** The same where all of their past is in memory at once. */
  private static final int RECOMPUTED_STREAMS = 256;

  private final DeepAr model;
  private final Engine engine;
  private final Parameters kept;
  private final int numSamples;
  private final Map<String, Integer> categories = new HashMap<>();
  private final Map<String, Series> known = new HashMap<>();

  /**
   * For a trained model.
   *
   * @param known the series of training, in their order there
   * @param numSamples paths of each series
   */
  public DeepArForecaster(DeepAr model, List<Series> known, int numSamples, Engine engine) {
    this(model, known, numSamples, engine, model.parameters().snapshot(engine));
  }

  private DeepArForecaster(
      DeepAr model, List<Series> known, int numSamples, Engine engine, Parameters kept) {
    if (numSamples < 1) {
      throw new IllegalArgumentException(
          "num_samples %d, expected 1 or more".formatted(numSamples));
    }
    this.model = model;
    this.engine = engine;
    this.kept = kept;
    this.numSamples = numSamples;
    for (int i = 0; i < known.size(); i++) {
      categories.put(known.get(i).id(), i + 1);
      this.known.put(known.get(i).id(), known.get(i));
    }
  }

  /**
   * The same for series of another file, whose starts and kinds take the place of those of
   * training, for {@link #forecast}, which is told of values alone.
   */
  public DeepArForecaster seeing(List<Series> others) {
    Windows.requireFrequency(Frequency.of(model.config().frequency()), others);
    DeepArForecaster result = new DeepArForecaster(model, others, numSamples, engine, kept);
    result.categories.clear();
    result.categories.putAll(categories);
    return result;
  }

  @Override
  public String name() {
    return "deepar";
  }

  @Override
  public List<Forecast> forecast(
      List<SeriesHistory> histories, int horizon, long seed, IntConsumer done) {
    List<Series> series = histories.stream().map(this::series).toList();
    series.forEach(Windows::requireSome);
    return sampled(series, horizon, seed, done);
  }

  /** Kinds and numbers of a series are those that it was trained with. */
  private Series series(SeriesHistory history) {
    Series before = known.get(history.id());
    LocalDateTime start = before == null ? Series.START : before.start();
    Frequency frequency = Frequency.of(model.config().frequency());
    Covariates covariates = before == null ? Covariates.NONE : before.covariates();
    return new Series(history.id(), start, frequency, history.values())
        .withCovariates(covariates.withColumns(history.covariates()));
  }

  /**
   * Forecasts series, of training or new ones, from their values and covariates.
   *
   * @param series with the covariates that are known ahead over values and horizon
   * @param done hears, on any thread, how many series more are forecast
   * @return one forecast a series, in their order
   * @throws dev.chainrule.base.InputException for a series without values, or with one that the
   *     likelihood cannot have
   */
  public List<Forecast> forecastSeries(
      List<Series> series, int horizon, long seed, IntConsumer done) {
    series.forEach(s -> Windows.requireValues(model.likelihood(), s));
    return sampled(series, horizon, seed, done);
  }

  private List<Forecast> sampled(List<Series> series, int horizon, long seed, IntConsumer done) {
    Windows windows = new Windows(model.config(), series, horizon);
    Forecast[] forecasts = new Forecast[series.size()];
    int streams = model.stepsOn(engine) ? STREAMS : RECOMPUTED_STREAMS;
    int group = Math.max(1, streams / numSamples);
    int groups = (series.size() + group - 1) / group;
    engine.run(
        worker -> {
          for (int g = (int) engine.from(groups, worker);
              g < engine.from(groups, worker + 1);
              g++) {
            int to = Math.min(series.size(), (g + 1) * group);
            sample(engine.worker(worker), series, windows, g * group, to, horizon, seed, forecasts);
            done.accept(to - g * group);
          }
        });
    return List.of(forecasts);
  }

  /** The same, with nobody to hear how far it is. */
  public List<Forecast> forecastSeries(List<Series> series, int horizon, long seed) {
    return forecastSeries(series, horizon, seed, more -> {});
  }

  private void sample(
      Engine own,
      List<Series> series,
      Windows windows,
      int from,
      int to,
      int horizon,
      long seed,
      Forecast[] forecasts) {
    DeepArConfig config = model.config();
    int context = config.contextLength();
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, to - from, context + horizon, config);
    for (int i = from; i < to; i++) {
      Series s = series.get(i);
      int category = config.numCategories() == 0 ? 0 : categories.getOrDefault(s.id(), 0);
      windows.write(batch, i - from, i, s.length(), category, true);
    }
    SampledPaths sampled =
        new SampledPaths(model, own, kept, windows, series, from, batch, numSamples, seed);
    double[][][] paths = sampled.draw(horizon);
    for (int i = from; i < to; i++) {
      forecasts[i] = new SamplePaths(paths[i - from]);
    }
  }
}
