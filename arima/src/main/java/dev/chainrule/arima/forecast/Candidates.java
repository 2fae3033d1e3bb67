package dev.chainrule.arima.forecast;

import dev.chainrule.arima.auto.AutoArimaForecaster;
import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.combination.ArimaMethod;
import dev.chainrule.arima.combination.CombinationMethod;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.intermittent.CrostonMethod;
import dev.chainrule.arima.mstl.MstlMethod;
import dev.chainrule.arima.smoothing.Intervals;
import dev.chainrule.arima.smoothing.Observed;
import dev.chainrule.arima.smoothing.SeriesForecaster;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.theta.ThetaMethod;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Naive;
import dev.chainrule.base.forecast.SeriesHistory;
import java.util.Arrays;
import java.util.List;

/** The models of one series, by name; members that a combination shares are fitted once. */
final class Candidates {
  /** What is tried where nobody names models, in the order of tables. */
  static final List<String> USUAL =
      List.of(
          "seasonal_naive", "ets", "theta", "ces", "arima", "mstl", "sba", "tsb", "combination");

  /** All that can be named. */
  static final List<String> ALL =
      List.of(
          "naive",
          "seasonal_naive",
          "drift",
          "ets",
          "theta",
          "ces",
          "arima",
          "mstl",
          "croston",
          "sba",
          "tsb",
          "combination");

  /** Syntetos and Boylan's (2005) border of intermittent demand: steps between demands. */
  private static final double SPARSE = 1.32;

  private static final int DAYS_OF_WEEK = 7;
  private static final int DAYS_OF_YEAR = 365;
  private static final int HOURS = 24;
  private static final int LONGEST_ARIMA_SEASON = 60;

  private final SeriesMethod ets = new Once(EtsMethod.defaults());
  private final SeriesMethod theta = new Once(ThetaMethod.automatic());
  private final SeriesMethod ces = new Once(CesMethod.automatic());
  private final SeriesMethod arima = new Once(new ArimaMethod());

  /**
   * A forecast and what made it.
   *
   * @param model its name
   * @param errors of one step [n]; NaN where there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Made(String model, Forecast forecast, double[] errors) {}

  /** Whether a model is worth trying on a series where nobody asks for it. */
  static boolean suits(String name, double[] y, int period) {
    return switch (name) {
      case "mstl" -> longSeason(period) > 0 && y.length > 2 * longSeason(period);
      case "sba", "tsb", "croston" -> sparse(y);
      case "arima" -> period <= LONGEST_ARIMA_SEASON;
      default -> true;
    };
  }

  /** A year beside a week of days, a week beside a day; 0 where there is no second season. */
  private static int longSeason(int period) {
    if (period == DAYS_OF_WEEK) {
      return DAYS_OF_YEAR;
    }
    return period % HOURS == 0 ? DAYS_OF_WEEK * period : 0;
  }

  private static boolean sparse(double[] y) {
    int steps = 0;
    int demands = 0;
    for (double value : y) {
      if (value < 0) {
        return false;
      }
      steps += Double.isNaN(value) ? 0 : 1;
      demands += value > 0 ? 1 : 0;
    }
    return demands > 0 && steps >= SPARSE * demands;
  }

  /**
   * A model's forecast with calibrated intervals.
   *
   * @throws InputException if it cannot be made, or an interval of it has no width
   */
  Made forecast(String name, SeriesHistory history, int horizon, long seed) {
    Made made =
        switch (name) {
          case "naive" -> naive(Naive.Kind.NAIVE, history, horizon);
          case "seasonal_naive" -> naive(Naive.Kind.SEASONAL_NAIVE, history, horizon);
          case "drift" -> naive(Naive.Kind.DRIFT, history, horizon);
          case "arima" ->
              history.covariates().length == 0
                  ? of(arima, history, horizon, seed)
                  : regression(history, horizon, seed);
          case "ets" -> of(ets, history, horizon, seed);
          case "theta" -> of(theta, history, horizon, seed);
          case "ces" -> of(ces, history, horizon, seed);
          case "mstl" -> {
            int second = longSeason(history.period());
            yield of(
                second == 0 ? MstlMethod.defaults() : new MstlMethod(List.of(second)),
                history,
                horizon,
                seed);
          }
          case "croston" ->
              of(CrostonMethod.of(CrostonMethod.Form.CROSTON), history, horizon, seed);
          case "sba" -> of(CrostonMethod.of(CrostonMethod.Form.SBA), history, horizon, seed);
          case "tsb" -> of(CrostonMethod.of(CrostonMethod.Form.TSB), history, horizon, seed);
          case "combination" -> of(combination(history.period()), history, horizon, seed);
          default -> throw new IllegalArgumentException("no model is named " + name);
        };
    requireWidth(name, made.forecast);
    return made;
  }

  private CombinationMethod combination(int period) {
    return new CombinationMethod(
        suits("arima", new double[0], period)
            ? List.of(ets, theta, ces, arima)
            : List.of(ets, theta, ces));
  }

  private static Made of(SeriesMethod method, SeriesHistory history, int horizon, long seed) {
    SeriesForecaster.Result result =
        new SeriesForecaster(method, Intervals.CALIBRATED).of(history, horizon, seed);
    // The model is of the part from the first value to the last.
    double[] y = history.values();
    double[] errors = new double[y.length];
    Arrays.fill(errors, Double.NaN);
    double[] part = result.model().series();
    System.arraycopy(result.model().oneStep().errors(part), 0, errors, first(y), part.length);
    return new Made(result.model().name(), result.forecast(), errors);
  }

  private static int first(double[] y) {
    int first = 0;
    while (Double.isNaN(y[first])) {
      first++;
    }
    return first;
  }

  private static Made naive(Naive.Kind kind, SeriesHistory history, int horizon) {
    Observed.of(history.values());
    Naive naive = new Naive(kind);
    String name =
        kind == Naive.Kind.SEASONAL_NAIVE && history.period() > 1
            ? "SeasonalNaive[" + history.period() + "]"
            : kind == Naive.Kind.DRIFT ? "Drift" : "Naive";
    double[] y = history.values();
    int lag = kind == Naive.Kind.SEASONAL_NAIVE ? history.period() : 1;
    double[] errors = new double[y.length];
    Arrays.setAll(errors, t -> t < lag ? Double.NaN : y[t] - y[t - lag]);
    return new Made(name, naive.forecast(List.of(history), horizon, 0).getFirst(), errors);
  }

  private static Made regression(SeriesHistory history, int horizon, long seed) {
    Observed.of(history.values());
    double[] unknown = new double[history.values().length];
    Arrays.fill(unknown, Double.NaN);
    return new Made(
        "Regression with ARIMA errors",
        AutoArimaForecaster.defaults().forecast(List.of(history), horizon, seed).getFirst(),
        unknown);
  }

  /** No interval may claim that there is nothing to be uncertain of. */
  static void requireWidth(String name, Forecast forecast) {
    for (int h = 0; h < forecast.horizon(); h++) {
      double width = forecast.quantile(h, 0.9) - forecast.quantile(h, 0.1);
      if (!Double.isFinite(forecast.mean(h)) || !(width > 0)) {
        throw new InputException(
            name + ": its forecast of step " + (h + 1) + " has no interval of some width.");
      }
    }
  }
}
