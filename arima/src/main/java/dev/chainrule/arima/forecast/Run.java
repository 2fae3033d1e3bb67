package dev.chainrule.arima.forecast;

import dev.chainrule.arima.smoothing.Observed;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.parallel.Ordered;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One comparison of models on series, and the forecasts by its choice. */
public final class Run {
  /** Values that stay before the first window at least. */
  private static final int FEWEST = 6;

  private final Forecasting settings;
  private final List<Series> given;

  /** What models see: the given series without {@link FarValues}. */
  private final List<Series> series;

  private final List<JointMethod> joint;
  private final Watch watch;
  private final int season;
  private final List<String> own;
  private final Comparison comparison;

  /** A forecast from an origin, and how far it missed. */
  private record Window(int origin, Forecast forecast, WindowErrors errors) {}

  /** A series' windows by one model; null where it failed. */
  private record Scored(int model, List<@Nullable Window> windows) {}

  /** What one series came to: which models may forecast it, and how they did. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Compared(boolean[] offered, int windows, List<Scored> scored) {}

  /** A forecast, or why there is none. */
  private record Ended(Candidates.@Nullable Made made, String problem) {}

  Run(Forecasting settings, List<Series> series, List<JointMethod> joint, Watch watch) {
    this.settings = settings;
    this.given = List.copyOf(series);
    this.series = given.stream().map(FarValues::without).toList();
    this.joint = List.copyOf(joint);
    this.watch = watch;
    this.season = settings.season(this.series);
    this.own = settings.tried();
    List<String> names = new ArrayList<>(own);
    joint.forEach(method -> names.add(method.name()));
    this.comparison = new Comparison(names, series.size());
  }

  /** Over a part of the series, whose season is that of all. */
  Run(Forecasting settings, List<Series> part, int season, Watch watch) {
    this.settings = settings;
    this.given = List.copyOf(part);
    this.series = given.stream().map(FarValues::without).toList();
    this.joint = List.of();
    this.watch = watch;
    this.season = season;
    this.own = settings.tried();
    this.comparison = new Comparison(own, part.size());
  }

  /** After the comparison of a part, and of all other parts. */
  Run(Run part, Comparison compared, ComparisonTotals all) {
    this.settings = part.settings;
    this.given = part.given;
    this.series = part.series;
    this.joint = part.joint;
    this.watch = part.watch;
    this.season = part.season;
    this.own = part.own;
    this.comparison = compared;
    compared.learn(all);
  }

  /**
   * To go on with where all parts were compared.
   *
   * @param compared what {@link #compare} of the same part came to
   * @param all the totals of all parts
   */
  public Run after(Comparison compared, ComparisonTotals all) {
    return new Run(this, compared, all);
  }

  /** Values in a season. */
  public int season() {
    return season;
  }

  /**
   * Which values are so far from all others of their series that they are taken as missing, one
   * sentence each.
   */
  public List<String> farValues() {
    List<String> sentences = new ArrayList<>();
    for (Series s : given) {
      for (int t : FarValues.of(s.values())) {
        sentences.add(
            "%s: %s is far from all values around it, and taken as missing."
                .formatted(s.place(t), s.values()[t]));
      }
    }
    return sentences;
  }

  /** How the models did; filled by {@link #compare}. */
  public Comparison comparison() {
    return comparison;
  }

  /** Forecasts the ends of the series from what was before. */
  public void compare() throws Exception {
    compare(window -> {});
  }

  /**
   * The same.
   *
   * @param heard of each forecast, in the order of the series, those of joint models after all
   *     others
   */
  public void compare(Forecasting.Windows heard) throws Exception {
    watch.begin("backtest", series.size());
    try {
      Ordered.run(
          series.size(),
          settings.threads(),
          watch::stop,
          this::compared,
          (i, result) -> {
            comparison.begin(i, result.windows, result.offered);
            for (Scored scored : result.scored) {
              for (Window window : scored.windows) {
                if (window != null) {
                  comparison.add(i, scored.model, window.errors);
                  heard.accept(told(i, window.origin, scored.model, window.forecast));
                }
              }
            }
            watch.advance();
          });
    } finally {
      watch.end();
    }
    for (int k = 0; k < joint.size(); k++) {
      compare(joint.get(k), own.size() + k, heard);
    }
    comparison.end();
  }

  private Forecasting.Window told(int index, int origin, int model, Forecast forecast) {
    return new Forecasting.Window(
        given.get(index), origin, comparison.names().get(model), forecast);
  }

  private Compared compared(int index) {
    Series s = series.get(index);
    boolean[] offered = new boolean[comparison.names().size()];
    double[] y = s.values();
    int[] origins = origins(y);
    List<Scored> result = new ArrayList<>();
    Candidates candidates = new Candidates();
    List<List<@Nullable Window>> windows = new ArrayList<>();
    own.forEach(name -> windows.add(new ArrayList<>()));
    for (int m = 0; m < own.size(); m++) {
      String name = own.get(m);
      offered[m] = settings.models().contains(name) || Candidates.suits(name, y, season);
    }
    for (int origin : origins) {
      SeriesHistory history = history(s, origin, steps(y, origin));
      for (int m = 0; m < own.size(); m++) {
        if (offered[m]) {
          windows.get(m).add(window(candidates, own.get(m), s, history, origin));
        }
      }
    }
    for (int m = 0; m < own.size(); m++) {
      result.add(new Scored(m, windows.get(m)));
    }
    return new Compared(offered, origins.length, result);
  }

  private @Nullable Window window(
      Candidates candidates, String name, Series s, SeriesHistory history, int origin) {
    double[] y = s.values();
    int steps = steps(y, origin);
    try {
      Forecast forecast = candidates.forecast(name, history, steps, seed(s)).forecast();
      double[] actual = Arrays.copyOfRange(y, origin, origin + steps);
      return new Window(
          origin, forecast, WindowErrors.of(history.values(), season, actual, forecast));
    } catch (InputException tooShort) {
      return null;
    }
  }

  private long seed(Series s) {
    return CounterRandom.key(settings.seed(), s.id().hashCode());
  }

  private int steps(double[] y, int origin) {
    return Math.min(settings.horizon(), y.length - origin);
  }

  /** Where forecasts of a series begin, the last first; windows without a value are left out. */
  private int[] origins(double[] y) {
    int first = 0;
    while (first < y.length && Double.isNaN(y[first])) {
      first++;
    }
    int least = first + Math.max((y.length - first + 1) / 2, FEWEST);
    List<Integer> origins = new ArrayList<>();
    for (int k = 1; k <= settings.windows(); k++) {
      long origin = y.length - (long) k * settings.horizon();
      if (k == 1) {
        origin = Math.max(origin, least);
      }
      if (origin < least || origin >= y.length) {
        break;
      }
      int from = (int) origin;
      if (Arrays.stream(y, from, from + steps(y, from)).anyMatch(v -> !Double.isNaN(v))) {
        origins.add(from);
      }
    }
    return origins.stream().mapToInt(o -> o).toArray();
  }

  /** What is known at an origin, and columns that are known ahead. */
  private SeriesHistory history(Series s, int origin, int steps) {
    int from = Math.max(0, origin - settings.last());
    double[][] columns = s.covariates().columns().clone();
    for (int k = 0; k < columns.length; k++) {
      columns[k] = Arrays.copyOfRange(columns[k], from, origin + steps);
    }
    double[] values = Arrays.copyOfRange(s.values(), from, origin);
    return new SeriesHistory(s.id(), values, season, columns);
  }

  private void compare(JointMethod method, int model, Forecasting.Windows heard) throws Exception {
    List<Series> training = new ArrayList<>();
    List<Series> pasts = new ArrayList<>();
    List<int[]> places = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      Series s = series.get(i);
      int[] origins = origins(s.values());
      int earliest = origins.length == 0 ? s.length() : origins[origins.length - 1];
      Series before = s.first(earliest);
      if (usable(before)) {
        training.add(before);
        comparison.offer(i, model);
        for (int origin : origins) {
          pasts.add(s.first(origin));
          places.add(new int[] {i, origin});
        }
      }
    }
    if (training.isEmpty() || pasts.isEmpty()) {
      return;
    }
    List<Forecast> forecasts =
        method.forecast(training, pasts, settings.horizon(), season, settings.seed());
    for (int k = 0; k < forecasts.size(); k++) {
      int i = places.get(k)[0];
      int origin = places.get(k)[1];
      double[] y = series.get(i).values();
      double[] actual = new double[settings.horizon()];
      Arrays.fill(actual, Double.NaN);
      System.arraycopy(y, origin, actual, 0, steps(y, origin));
      comparison.add(
          i, model, WindowErrors.of(pasts.get(k).values(), season, actual, forecasts.get(k)));
      heard.accept(told(i, origin, model, forecasts.get(k)));
    }
  }

  private static boolean usable(Series s) {
    try {
      Observed.of(s.values());
      return true;
    } catch (InputException e) {
      return false;
    }
  }

  /**
   * Forecasts the series, each by the model that was chosen for it, or the next best that can.
   *
   * @param sink takes them in the order of the series
   * @param refusals hears of those that no model can forecast
   */
  public void forecast(Forecasting.Sink sink, Forecasting.Refusals refusals) throws Exception {
    List<List<@Nullable Forecast>> learned = new ArrayList<>();
    for (int k = 0; k < joint.size(); k++) {
      learned.add(learned(joint.get(k), own.size() + k));
    }
    watch.begin("forecast", series.size());
    try {
      Ordered.run(
          series.size(),
          settings.threads(),
          watch::stop,
          i -> ended(i, learned),
          (i, ended) -> {
            Series s = given.get(i);
            if (ended.made == null) {
              refusals.accept(s.id(), ended.problem);
            } else {
              sink.accept(
                  new Outlook.Entry(
                      s, ended.made.forecast(), ended.made.model(), errors(s, ended.made)));
            }
            watch.advance();
          });
    } finally {
      watch.end();
    }
  }

  /** Forecasts of the series for which a joint model was chosen. */
  private List<@Nullable Forecast> learned(JointMethod method, int model) throws Exception {
    List<@Nullable Forecast> result = new ArrayList<>();
    List<Series> training = new ArrayList<>();
    List<Series> pasts = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      result.add(null);
      Series s = series.get(i);
      if (usable(s)) {
        training.add(s);
        List<Integer> ranking = comparison.ranking(i);
        if (!ranking.isEmpty() && ranking.getFirst() == model) {
          pasts.add(s);
          places.add(i);
        }
      }
    }
    if (!pasts.isEmpty()) {
      List<Forecast> forecasts =
          method.forecast(training, pasts, settings.horizon(), season, settings.seed());
      for (int k = 0; k < forecasts.size(); k++) {
        result.set(places.get(k), Forecasting.checked(method.name(), forecasts.get(k)));
      }
    }
    return result;
  }

  /** One-step errors of the whole series, of whose end alone the model is. */
  private static double[] errors(Series s, Candidates.Made made) {
    double[] errors = new double[s.length()];
    Arrays.fill(errors, Double.NaN);
    double[] known = made.errors();
    System.arraycopy(known, 0, errors, errors.length - known.length, known.length);
    return errors;
  }

  private Ended ended(int index, List<List<@Nullable Forecast>> learned) {
    Series s = series.get(index);
    String problem = "no model was tried.";
    try {
      Observed.of(s.values());
    } catch (InputException e) {
      return new Ended(null, String.valueOf(e.getMessage()));
    }
    SeriesHistory history = history(s, s.length(), settings.horizon());
    Candidates candidates = new Candidates();
    for (int model : comparison.ranking(index)) {
      String name = comparison.names().get(model);
      try {
        if (model < own.size()) {
          return new Ended(candidates.forecast(name, history, settings.horizon(), seed(s)), "");
        }
        Forecast forecast = learned.get(model - own.size()).get(index);
        if (forecast != null) {
          double[] unknown = new double[s.length()];
          Arrays.fill(unknown, Double.NaN);
          return new Ended(new Candidates.Made(name, forecast, unknown), "");
        }
      } catch (InputException e) {
        problem = name + ": " + e.getMessage();
      }
    }
    return new Ended(null, problem);
  }
}
