package dev.chainrule.arima.ets;

import dev.chainrule.arima.ets.EtsForm.Component;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.NormalForecast;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.forecast.SimulatedForecast;
import dev.chainrule.base.random.CounterRandom;

/**
 * Forecasts of a fitted model. Intervals come from the formulas of Hyndman et al. 2008, chapter 6,
 * for its classes 1 (all additive), 2 (multiplicative errors, the rest additive) and 3
 * (multiplicative errors and season), with normal quantiles; from simulated paths for the rest.
 */
public final class EtsForecasts {
  /** Paths of a simulation: R's number. */
  private static final int PATHS = 5000;

  private EtsForecasts() {}

  /** Which formulas. */
  public enum Formulas {
    /** The book's. */
    EXACT,
    /**
     * Those of R's forecast 8.20. They differ in three places: a damped trend is not damped in the
     * first step of class 3, its means among it; in means beside simulated paths its first step
     * counts twice from the second on; and the season of a model of classes 1 and 2 without trend
     * enters the variance one step early.
     */
    AS_R
  }

  /**
   * A forecast.
   *
   * @param horizon steps ahead, at least 1
   * @param seed of a simulation
   */
  public static Forecast of(EtsFit fit, int horizon, long seed, Formulas formulas) {
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon: found " + horizon + ", expected at least 1");
    }
    EtsForm form = fit.form();
    Component m = Component.MULTIPLICATIVE;
    boolean asR = formulas == Formulas.AS_R;
    if (form.trend() != m && form.season() != m) {
      double[] mean = means(fit, horizon);
      return new NormalForecast(mean, deviations(fit, mean, asR));
    }
    if (form.relative() && form.trend() != m) {
      return ProductMoments.forecast(fit, horizon, asR);
    }
    double[][] paths = paths(fit, horizon, PATHS, seed);
    double[] points = asR ? pointsAsR(fit, horizon) : means(fit, horizon);
    return new SimulatedForecast(points, new SamplePaths(paths));
  }

  private static double[] pointsAsR(EtsFit fit, int horizon) {
    EtsForm form = fit.form();
    EtsParameters p = fit.last();
    double[] result = new double[horizon];
    double damping = p.phi();
    for (int h = 0; h < horizon; h++) {
      double f =
          switch (form.trend()) {
            case NONE -> p.level();
            case ADDITIVE -> p.level() + damping * p.growth();
            case MULTIPLICATIVE -> p.level() * Math.pow(p.growth(), damping);
          };
      double s = form.isSeasonal() ? p.seasons()[h % fit.period()] : 0;
      result[h] =
          switch (form.season()) {
            case NONE -> f;
            case ADDITIVE -> f + s;
            case MULTIPLICATIVE -> f * s;
          };
      damping += Math.pow(p.phi(), h + 1);
    }
    return result;
  }

  /** Point forecasts: what the model says if no more errors are made [horizon]. */
  static double[] means(EtsFit fit, int horizon) {
    double[] nothing = new double[horizon];
    return path(fit, nothing);
  }

  /** What comes of errors [horizon]. */
  static double[] path(EtsFit fit, double[] errors) {
    EtsForm form = fit.form();
    EtsParameters p = fit.last();
    double[] seasons = form.isSeasonal() ? p.seasons().clone() : new double[1];
    double l = p.level();
    double b = p.growth();
    double[] result = new double[errors.length];
    for (int h = 0; h < errors.length; h++) {
      int at = h % seasons.length;
      double s = seasons[at];
      double kept =
          switch (form.trend()) {
            case NONE -> 0;
            case ADDITIVE -> p.phi() * b;
            case MULTIPLICATIVE -> Math.pow(b, p.phi());
          };
      double q = form.trend() == Component.MULTIPLICATIVE ? l * kept : l + kept;
      double f = form.season() == Component.MULTIPLICATIVE ? q * s : q + s;
      double y = form.relative() ? f * (1 + errors[h]) : f + errors[h];
      result[h] = y;
      double adjusted = form.season() == Component.MULTIPLICATIVE ? y / s : y - s;
      double next = q + p.alpha() * (adjusted - q);
      if (form.hasTrend()) {
        double r = form.trend() == Component.MULTIPLICATIVE ? next / l : next - l;
        b = kept + p.beta() / p.alpha() * (r - kept);
      }
      if (form.isSeasonal()) {
        double seen = form.season() == Component.MULTIPLICATIVE ? y / q : y - q;
        seasons[at] = s + p.gamma() * (seen - s);
      }
      l = next;
    }
    return result;
  }

  /**
   * Simulated paths [count][horizon], with normal errors.
   *
   * @param count at least 1
   */
  public static double[][] paths(EtsFit fit, int horizon, int count, long seed) {
    double sigma = Math.sqrt(fit.sigma2());
    double[][] paths = new double[count][];
    double[] errors = new double[horizon];
    double[] usual = means(fit, horizon);
    for (int i = 0; i < count; i++) {
      CounterRandom random = CounterRandom.of(seed, i);
      for (int h = 0; h < horizon; h++) {
        double error = sigma * random.nextGaussian();
        errors[h] = fit.form().relative() ? Math.max(-1, error) : error;
      }
      double[] path = path(fit, errors);
      for (int h = 0; h < horizon; h++) {
        // A growth that an error took below zero has no power; such a path goes on as expected.
        path[h] = Double.isFinite(path[h]) ? path[h] : usual[h];
      }
      paths[i] = path;
    }
    return paths;
  }

  /** Standard deviations of classes 1 and 2 [horizon]. */
  private static double[] deviations(EtsFit fit, double[] mean, boolean asR) {
    EtsForm form = fit.form();
    EtsParameters p = fit.last();
    int m = form.isSeasonal() ? fit.period() : 0;
    int early = asR && !form.hasTrend() ? 1 : 0;
    double[] c = new double[mean.length];
    double damped = 0;
    double power = p.phi();
    for (int j = 1; j < mean.length; j++) {
      damped += power;
      power *= p.phi();
      boolean season = m > 0 && (j + early) % m == 0;
      c[j] = p.alpha() + (form.hasTrend() ? p.beta() * damped : 0) + (season ? p.gamma() : 0);
    }
    double sigma2 = fit.sigma2();
    double[] result = new double[mean.length];
    double[] theta = new double[mean.length];
    double sum = 1;
    for (int h = 0; h < mean.length; h++) {
      if (form.relative()) {
        double carried = 0;
        for (int j = 1; j <= h; j++) {
          carried += c[j] * c[j] * theta[h - j];
        }
        theta[h] = mean[h] * mean[h] + sigma2 * carried;
        result[h] = Math.sqrt((1 + sigma2) * theta[h] - mean[h] * mean[h]);
      } else {
        sum += h > 0 ? c[h] * c[h] : 0;
        result[h] = Math.sqrt(sigma2 * sum);
      }
    }
    return result;
  }
}
