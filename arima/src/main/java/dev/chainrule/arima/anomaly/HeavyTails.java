package dev.chainrule.arima.anomaly;

import dev.chainrule.base.distribution.StudentT;
import java.util.Arrays;

/**
 * Student's t with location 0 fitted to errors by maximum likelihood: degrees of freedom from a
 * few, the spread by the EM algorithm.
 *
 * @param spread above 0
 * @param degrees of freedom
 */
record HeavyTails(double spread, double degrees) {
  private static final double[] DEGREES = {2.5, 3, 4, 5, 7, 10, 15, 25, 50, 200};
  private static final int STEPS = 100;

  /** Errors further out, in deviations told by the median, are none of the usual ones. */
  private static final double FURTHEST = 8;

  /** A normal deviation by the median of absolute errors. */
  private static final double BY_MEDIAN = 1.4826;

  /** Of errors that are there, in units of their deviations, at least one of them not 0. */
  static HeavyTails of(double[] all) {
    double[] sizes = Arrays.stream(all).map(Math::abs).sorted().toArray();
    double median = sizes[sizes.length / 2];
    double limit = median > 0 ? FURTHEST * BY_MEDIAN * median : Double.POSITIVE_INFINITY;
    double[] errors = Arrays.stream(all).filter(e -> Math.abs(e) <= limit).toArray();
    HeavyTails best = new HeavyTails(1, DEGREES[0]);
    double highest = Double.NEGATIVE_INFINITY;
    double square = Arrays.stream(errors).map(e -> e * e).average().orElse(1);
    for (double degrees : DEGREES) {
      double s = square;
      for (int step = 0; step < STEPS; step++) {
        double sum = 0;
        for (double e : errors) {
          sum += (degrees + 1) * e * e / (degrees + e * e / s);
        }
        s = Math.max(sum / errors.length, Double.MIN_NORMAL);
      }
      HeavyTails fitted = new HeavyTails(Math.sqrt(s), degrees);
      double likelihood = fitted.logLikelihood(errors);
      if (likelihood > highest) {
        highest = likelihood;
        best = fitted;
      }
    }
    return best;
  }

  private double logLikelihood(double[] errors) {
    StudentT t = new StudentT(0, spread, degrees);
    return Arrays.stream(errors).map(t::logProb).sum();
  }
}
