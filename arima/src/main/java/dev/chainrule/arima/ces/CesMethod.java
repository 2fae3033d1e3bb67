package dev.chainrule.arima.ces;

import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.linear.BoxedGaussNewton;
import dev.chainrule.arima.smoothing.LinearPaths;
import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.Resolution;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.arima.unitroot.Interpolation;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.NormalForecast;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Complex exponential smoothing of one series at a time: the four kinds of season compared by AICc,
 * which counts the smoothing parameters and the variance; first states come from running back.
 *
 * @param seasons that are tried
 */
public record CesMethod(List<Season> seasons) implements SeriesMethod {
  private static final double[] START = {1.3, 1, 0.1, 0};
  private static final double[] FULL_START = {1.3, 1, 1.3, 1};
  private static final double LOWEST = 0.01;
  private static final double[] HIGHEST = {1.8, 1.9, 1.5, 1.5};

  /** How a season enters. */
  public enum Season {
    /** Not at all. */
    NONE(2),
    /** Level and potential of each step of the season are smoothed on their own. */
    SIMPLE(2),
    /** A seasonal part is added, smoothed by a real parameter. */
    PARTIAL(3),
    /** A seasonal part with a potential of its own is added. */
    FULL(4);

    private final int count;

    Season(int count) {
      this.count = count;
    }

    boolean hasPart() {
      return this == PARTIAL || this == FULL;
    }
  }

  /** Copies the list. */
  public CesMethod {
    seasons = List.copyOf(seasons);
    if (seasons.isEmpty()) {
      throw new IllegalArgumentException("seasons: found none, expected one at least");
    }
  }

  /** All four. */
  public static CesMethod automatic() {
    return new CesMethod(List.of(Season.values()));
  }

  @Override
  public String name() {
    return "ces";
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    Model best = null;
    for (Season season : seasons) {
      boolean suits = season == Season.NONE || (period > 1 && y.length >= 2 * period + 1);
      if (suits && y.length > season.count + 2) {
        Model model = estimate(y, period, season);
        best = best == null || model.aicc < best.aicc ? model : best;
      }
    }
    if (best == null) {
      throw new InputException(
          "found " + y.length + " values, expected more of them for complex smoothing.");
    }
    return best;
  }

  private static Model estimate(double[] y, int period, Season season) {
    double[] x = Interpolation.seasonal(y, Math.max(1, Math.min(period, y.length)));
    CesFilter filter = new CesFilter(x, period, season);
    double unit = Math.max(Arrays.stream(x).map(Math::abs).max().orElse(1), Double.MIN_NORMAL);
    double[] lower = new double[season.count];
    Arrays.fill(lower, LOWEST);
    BoxedGaussNewton search =
        new BoxedGaussNewton(
            (point, residuals) -> {
              boolean finite = filter.run(point);
              for (int t = 0; t < residuals.length; t++) {
                residuals[t] = filter.errors[t] / unit;
              }
              return finite;
            },
            x.length,
            lower,
            Arrays.copyOf(HIGHEST, season.count),
            1e-7,
            200);
    double[] start = season == Season.FULL ? FULL_START : START;
    BoxedGaussNewton.Minimum found = search.minimise(Arrays.copyOf(start, season.count));
    double squares = found.sumOfSquares() * unit * unit;
    int n = x.length;
    int k = season.count + 1;
    double variance = Resolution.variance(squares, x, n - k);
    double likelihood = n * Math.log(Math.max(squares, n * Double.MIN_NORMAL));
    double aicc = Criterion.AICC.of(likelihood + 2 * k, k, n);
    return new Model(y, period, x, season, found.point(), variance, aicc);
  }

  /** A fitted model. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Model(
      double[] series,
      int period,
      double[] filled,
      Season season,
      double[] point,
      double variance,
      double aicc)
      implements SeriesModel {
    @Override
    public String name() {
      String kind = season.name().toLowerCase(Locale.ROOT);
      return season == Season.NONE ? "CES" : "CES(" + kind + " season)";
    }

    @Override
    public Map<String, Double> parameters() {
      Map<String, Double> map = new LinkedHashMap<>();
      List<String> names = List.of("alpha_0", "alpha_1", "beta_0", "beta_1");
      for (int i = 0; i < point.length; i++) {
        map.put(names.get(i), point[i]);
      }
      map.put("sigma2", variance);
      map.put("aicc", aicc);
      return map;
    }

    @Override
    public @Nullable String note() {
      return null;
    }

    @Override
    public int parameterCount() {
      return season.count + 1 + (season == Season.NONE ? 0 : period);
    }

    @Override
    public Forecast forecast(int horizon, long seed) {
      CesFilter filter = new CesFilter(filled, period, season);
      filter.run(point);
      double[] means = filter.path(new double[horizon], point);
      double[] deviations =
          LinearPaths.deviations(errors -> filter.path(errors, point), horizon, variance);
      return new NormalForecast(means, deviations);
    }

    @Override
    public OneStep oneStep() {
      CesFilter filter = new CesFilter(filled, period, season);
      filter.run(point);
      return OneStep.of(filled, filter.errors, 0, Math.sqrt(variance));
    }

    @Override
    public SeriesModel refit(double[] beginning) {
      if (beginning.length < (season == Season.NONE ? 5 : 2 * period + 1)) {
        throw new InputException(
            "found " + beginning.length + " values, expected more of them for " + name() + ".");
      }
      return estimate(beginning, period, season);
    }
  }
}
