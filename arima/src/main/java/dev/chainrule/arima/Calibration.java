package dev.chainrule.arima;

import dev.chainrule.base.InputException;
import java.util.Arrays;

/**
 * How much wider intervals have to be than the model says, learnt from the series itself: the model
 * is fitted again to its beginnings, and each forecast error is held against the standard error
 * that came with it. The mean square of these ratios, pooled with those of the shorter horizons and
 * with a prior guess, is the factor's square.
 *
 * <p>A series of a few dozen observations tells little about its own long-horizon errors, so the
 * prior weighs as much as three origins. It is wider for shorter series, in which the order and the
 * number of differences are chosen with less certainty, but not ever wider: below some thirty
 * observations few models are within reach, and Student's t has the rest.
 */
public final class Calibration {
  private static final int ORIGINS = 8;
  private static final double PRIOR_WEIGHT = 3;
  private static final double PRIOR_FIRST = 0.4;
  private static final double PRIOR_GROWTH = 0.6;
  private static final double PRIOR_LENGTH = 45;
  private static final double PRIOR_MOST = 1.7;
  private static final double SMALLEST_FACTOR = 0.85;
  private static final double LARGEST_FACTOR = 4;
  private static final double LARGEST_RATIO = 6;

  private Calibration() {}

  /** A model fitted to the beginning of a series, and held against what followed. */
  @FunctionalInterface
  public interface Origin {
    /**
     * The errors of its forecast, each in units of the standard error that came with it.
     *
     * @param origin values that the model is fitted to
     * @param steps values that it forecasts then
     * @return [steps]; what is not finite is left out
     * @throws InputException if the beginning is too short; it is left out
     */
    double[] misses(int origin, int steps);
  }

  /** Factors for the standard errors of a fit [horizon]. */
  static double[] factors(ArimaFit fit, int horizon) {
    return factors(
        fit.series().length,
        smallestStart(fit),
        horizon,
        (origin, steps) -> misses(fit, origin, steps));
  }

  /**
   * Factors for the standard errors of any model [horizon].
   *
   * @param n length of the series
   * @param smallest values that the model can be fitted to
   */
  public static double[] factors(int n, int smallest, int horizon, Origin origins) {
    double[] squares = new double[horizon];
    double[] counts = new double[horizon];
    for (int origin : origins(n, smallest)) {
      collect(origins, origin, Math.min(horizon, n - origin), squares, counts);
    }
    double shortness = Math.min(PRIOR_MOST, Math.pow(PRIOR_LENGTH / n, 1.5));
    double[] result = new double[horizon];
    double sum = 0;
    double weight = 0;
    for (int h = 0; h < horizon; h++) {
      // Errors of one origin are alike, so those of shorter horizons count as more of the same.
      sum = 0.7 * sum + squares[h];
      weight = 0.7 * weight + counts[h];
      double prior = 1 + (PRIOR_FIRST + PRIOR_GROWTH * Math.log10(1 + h)) * shortness;
      double square = (PRIOR_WEIGHT * prior * prior + 0.5 * sum) / (PRIOR_WEIGHT + 0.5 * weight);
      result[h] = Math.clamp(Math.sqrt(square), SMALLEST_FACTOR, LARGEST_FACTOR);
    }
    return result;
  }

  /** Up to eight beginnings, the longest first, that a model of a series is tried on. */
  public static int[] origins(int n, int smallest) {
    int step = Math.max(1, (n - 1 - smallest) / ORIGINS);
    int count = smallest > n - 1 ? 0 : Math.min(ORIGINS, (n - 1 - smallest) / step + 1);
    int[] origins = new int[count];
    Arrays.setAll(origins, i -> n - 1 - i * step);
    return origins;
  }

  private static int smallestStart(ArimaFit fit) {
    int needed = fit.spec().lostToDifferences() + 2 * fit.parameterCount() + 3;
    return Math.max(needed, fit.series().length / 2);
  }

  private static void collect(
      Origin origins, int origin, int steps, double[] squares, double[] counts) {
    double[] ratios;
    try {
      ratios = origins.misses(origin, steps);
    } catch (InputException tooShort) {
      return;
    }
    for (int h = 0; h < steps; h++) {
      if (Double.isFinite(ratios[h])) {
        double bounded = Math.clamp(ratios[h], -LARGEST_RATIO, LARGEST_RATIO);
        squares[h] += bounded * bounded;
        counts[h]++;
      }
    }
  }

  private static double[] misses(ArimaFit fit, int origin, int steps) {
    double[] y = fit.series();
    double[] z = fit.transformed();
    Regressors past = slice(fit.regressors(), 0, origin);
    Regressors future = slice(fit.regressors(), origin, origin + steps);
    FitOptions options = fit.options().withEffort(FitOptions.Effort.QUICK);
    ArimaFit part = Arima.fit(Arrays.copyOf(y, origin), fit.spec(), past, options);
    ArimaForecast forecast =
        Forecasts.of(part, steps, future, IntervalMethod.ESTIMATION).untransformed();
    double[] result = new double[steps];
    for (int h = 0; h < steps; h++) {
      result[h] = (z[origin + h] - forecast.mean(h)) / forecast.standardErrors()[h];
    }
    return result;
  }

  private static Regressors slice(Regressors regressors, int from, int to) {
    double[][] columns = new double[regressors.count()][];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = Arrays.copyOfRange(regressors.columns()[c], from, to);
    }
    return new Regressors(regressors.names(), columns);
  }
}
