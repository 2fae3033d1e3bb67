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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Forecasts by ancestral sampling: the past of a series is read once, then all its paths go on
 * beside each other, each fed its own draws, which also take the place of missing values. Of
 * several networks each draws as many of the paths: an equal mixture of what they expect. It speaks
 * for the weights that they have when it is made. A series is recognised by its id; an unknown one
 * is forecast from its values alone. Path p of a series depends on the seed, the series' place and
 * p.
 */
public final class DeepArForecaster implements Forecaster {
  /** Paths beside each other on a worker. */
  private static final int STREAMS = 2048;

  /** The same where all of their past is in memory at once. */
  private static final int RECOMPUTED_STREAMS = 256;

  /**
   * A network.
   *
   * @param kept its weights in the engine's memory
   */
  private record Member(DeepAr model, Parameters kept) {}

  private final List<Member> members;
  private final Engine engine;
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
    this(List.of(model), known, numSamples, engine);
  }

  /**
   * For trained networks of one horizon, trained on the same series.
   *
   * @param networks one or more; what is known of covariates and frequency is the first one's
   * @param known the series of training, in their order there
   * @param numSamples paths of each series, of all networks together
   */
  public DeepArForecaster(
      List<DeepAr> networks, List<Series> known, int numSamples, Engine engine) {
    this(
        known,
        numSamples,
        engine,
        networks.stream().map(n -> new Member(n, n.parameters().snapshot(engine))).toList());
  }

  private DeepArForecaster(
      List<Series> known, int numSamples, Engine engine, List<Member> members) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("found no network, expected one or more");
    }
    if (numSamples < 1) {
      throw new IllegalArgumentException(
          "num_samples %d, expected 1 or more".formatted(numSamples));
    }
    this.members = members;
    this.engine = engine;
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
    Windows.requireFrequency(Frequency.of(first().config().frequency()), others);
    DeepArForecaster result = new DeepArForecaster(others, numSamples, engine, members);
    result.categories.clear();
    result.categories.putAll(categories);
    return result;
  }

  private DeepAr first() {
    return members.getFirst().model();
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
    return sampled(series, horizon, seed, 0, done);
  }

  /** Kinds and numbers of a series are those that it was trained with. */
  private Series series(SeriesHistory history) {
    Series before = known.get(history.id());
    LocalDateTime start = before == null ? Series.START : before.start();
    Frequency frequency = Frequency.of(first().config().frequency());
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
    return forecastSeries(series, horizon, seed, 0, done);
  }

  /**
   * The same of series in the middle of others, as they would be forecast among them.
   *
   * @param first how many others are before
   */
  public List<Forecast> forecastSeries(
      List<Series> series, int horizon, long seed, long first, IntConsumer done) {
    series.forEach(s -> Windows.requireValues(first().likelihood(), s));
    return sampled(series, horizon, seed, first, done);
  }

  private List<Forecast> sampled(
      List<Series> series, int horizon, long seed, long first, IntConsumer done) {
    double[][][] paths = new double[series.size()][numSamples][];
    Shares shares = new Shares(members.size(), done);
    for (int m = 0; m < members.size(); m++) {
      Part part =
          new Part(members.get(m), first, shares.of(numSamples, m), shares.of(numSamples, m + 1));
      if (part.size() > 0) {
        draw(part, series, horizon, seed, paths, shares);
      } else {
        shares.drawn(series.size());
      }
    }
    return Arrays.stream(paths).<Forecast>map(SamplePaths::new).toList();
  }

  /** Parts of the work that are as large for each of some networks. */
  private record Shares(int members, AtomicLong begun, IntConsumer done) {
    Shares(int members, IntConsumer done) {
      this(members, new AtomicLong(), done);
    }

    /** What the first of them have of a whole. */
    int of(int whole, int first) {
      return (int) ((long) whole * first / members);
    }

    /** A series counts as done by as many parts as there are networks. */
    void drawn(int series) {
      long before = begun.getAndAdd(series);
      done.accept((int) ((before + series) / members - before / members));
    }
  }

  /**
   * Paths of each series that one network draws.
   *
   * @param before series that the first one is after
   */
  private record Part(Member member, long before, int from, int to) {
    int size() {
      return to - from;
    }
  }

  private void draw(
      Part part, List<Series> series, int horizon, long seed, double[][][] paths, Shares shares) {
    DeepAr model = part.member.model();
    Windows windows = new Windows(model.config(), series, horizon);
    int streams = model.stepsOn(engine) ? STREAMS : RECOMPUTED_STREAMS;
    int group = Math.max(1, streams / part.size());
    int groups = (series.size() + group - 1) / group;
    engine.run(
        worker -> {
          for (int g = (int) engine.from(groups, worker);
              g < engine.from(groups, worker + 1);
              g++) {
            int to = Math.min(series.size(), (g + 1) * group);
            sample(
                part, engine.worker(worker), series, windows, g * group, to, horizon, seed, paths);
            shares.drawn(to - g * group);
          }
        });
  }

  /** The same, with nobody to hear how far it is. */
  public List<Forecast> forecastSeries(List<Series> series, int horizon, long seed) {
    return forecastSeries(series, horizon, seed, more -> {});
  }

  private void sample(
      Part part,
      Engine own,
      List<Series> series,
      Windows windows,
      int from,
      int to,
      int horizon,
      long seed,
      double[][][] paths) {
    Member member = part.member;
    DeepArConfig config = member.model().config();
    int context = config.contextLength();
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, to - from, context + horizon, config);
    for (int i = from; i < to; i++) {
      Series s = series.get(i);
      int category = config.numCategories() == 0 ? 0 : categories.getOrDefault(s.id(), 0);
      windows.write(batch, i - from, i, s.length(), category, true);
    }
    SampledPaths.Numbers numbers =
        new SampledPaths.Numbers(seed, part.before + from, part.from, part.size());
    double[][][] drawn =
        new SampledPaths(member.model(), own, member.kept(), windows, series, from, batch, numbers)
            .draw(horizon);
    for (int i = from; i < to; i++) {
      System.arraycopy(drawn[i - from], 0, paths[i], part.from, part.size());
    }
  }
}
