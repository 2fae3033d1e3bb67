package dev.chainrule.arima;

import dev.chainrule.base.forecast.SamplePaths;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Sample paths of a fitted model. */
public final class Simulation {
  private static final int BURN_IN = 200;

  private Simulation() {}

  /** Where innovations come from. */
  public enum Innovations {
    /** Normal with the model's variance. */
    NORMAL,
    /** Drawn from the centred residuals. */
    BOOTSTRAP
  }

  /**
   * Paths that follow the series.
   *
   * @param future the regressors' values after the series [k][horizon]
   */
  public static SamplePaths future(
      ArimaFit fit,
      int horizon,
      Regressors future,
      int numSamples,
      Innovations innovations,
      RandomGenerator rng) {
    Forecasts.check(fit, horizon, future);
    double[] pool = pool(fit);
    double sd = Math.sqrt(fit.sigma2());
    double[][] paths = new double[numSamples][];
    for (int i = 0; i < numSamples; i++) {
      paths[i] = path(fit, future, draw(horizon, innovations, sd, pool, rng));
    }
    return new SamplePaths(paths);
  }

  /**
   * The path that given innovations make after the series.
   *
   * @param innovations in the (transformed) series' unit [horizon]
   */
  public static double[] path(ArimaFit fit, Regressors future, double[] innovations) {
    int horizon = innovations.length;
    double[] path = fit.state().path(innovations);
    double[] regression = fit.futureRegression(horizon, future);
    BoxCox boxCox = fit.options().boxCox();
    for (int h = 0; h < horizon; h++) {
      path[h] += regression[h];
      path[h] = boxCox == null ? path[h] : boxCox.inverse(path[h]);
    }
    return path;
  }

  /**
   * A new series of the model, not tied to the observed one: the ARMA part starts from its
   * stationary distribution (by a burn-in), levels start from the first observed ones.
   *
   * @param n its length, at most the regressors' rows where there are regressors
   */
  public static double[] free(ArimaFit fit, int n, Innovations innovations, RandomGenerator rng) {
    double[] e = draw(n + BURN_IN, innovations, Math.sqrt(fit.sigma2()), pool(fit), rng);
    double[] w = arma(fit.phi(), fit.theta(), e);
    double[] delta = fit.spec().delta();
    double[] observed = fit.transformed();
    double[] regression = fit.regression(n);
    double[] z = new double[n];
    for (int t = 0; t < n; t++) {
      if (t < delta.length) {
        double start = t < observed.length ? observed[t] : Double.NaN;
        z[t] = Double.isNaN(start) ? 0 : start - regression[t];
        continue;
      }
      z[t] = w[t + BURN_IN];
      for (int k = 0; k < delta.length; k++) {
        z[t] += delta[k] * z[t - 1 - k];
      }
    }
    BoxCox boxCox = fit.options().boxCox();
    for (int t = 0; t < n; t++) {
      double value = z[t] + regression[t];
      z[t] = boxCox == null ? value : boxCox.inverse(value);
    }
    return z;
  }

  private static double[] arma(double[] phi, double[] theta, double[] e) {
    double[] w = new double[e.length];
    for (int t = 0; t < e.length; t++) {
      double sum = e[t];
      for (int j = 0; j < theta.length && j < t; j++) {
        sum += theta[j] * e[t - 1 - j];
      }
      for (int j = 0; j < phi.length && j < t; j++) {
        sum += phi[j] * w[t - 1 - j];
      }
      w[t] = sum;
    }
    return w;
  }

  private static double[] pool(ArimaFit fit) {
    double[] residuals =
        Arrays.stream(fit.residuals())
            .skip(fit.spec().lostToDifferences())
            .filter(v -> !Double.isNaN(v))
            .toArray();
    double mean = Arrays.stream(residuals).average().orElse(0);
    return Arrays.stream(residuals).map(v -> v - mean).toArray();
  }

  private static double[] draw(
      int n, Innovations innovations, double sd, double[] pool, RandomGenerator rng) {
    double[] e = new double[n];
    for (int t = 0; t < n; t++) {
      e[t] =
          innovations == Innovations.NORMAL
              ? sd * rng.nextGaussian()
              : pool[rng.nextInt(pool.length)];
    }
    return e;
  }
}
