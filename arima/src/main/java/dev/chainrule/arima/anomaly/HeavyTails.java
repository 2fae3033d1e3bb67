package dev.chainrule.arima.anomaly;

import dev.chainrule.base.distribution.StudentT;
import java.util.Arrays;

/**
 * Student's t with location 0 fitted to errors: degrees of freedom from a few by maximum
 * likelihood, the spread by the EM algorithm. Of errors whose size mixes, as weekdays' and
 * holidays' do, the middle asks for tails far heavier than theirs are. Of 200 errors or more the
 * largest twentieth, {@value #TAIL} at least, is fitted alone: a t of which as large a share lies
 * beyond them, its degrees by the likelihood given that (as Siffer et al. 2017 fit a generalised
 * Pareto distribution).
 *
 * @param spread above 0
 * @param degrees of freedom
 */
record HeavyTails(double spread, double degrees) {
  private static final double[] DEGREES = {2.5, 3, 4, 5, 7, 10, 15, 25, 50, 200};
  private static final int STEPS = 100;

  /** Of errors, what is their tail at most and at least, and how many tell its form. */
  private static final double MOST_IN_TAIL = 0.1;

  private static final double LEAST_IN_TAIL = 0.05;
  private static final int TAIL = 20;

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
    if (MOST_IN_TAIL * errors.length >= TAIL) {
      return ofTail(errors);
    }
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

  /** By the largest errors alone. */
  private static HeavyTails ofTail(double[] errors) {
    double[] sizes = Arrays.stream(errors).map(Math::abs).sorted().toArray();
    int count = Math.max(TAIL, (int) (LEAST_IN_TAIL * sizes.length));
    int from = sizes.length - count;
    double share = (double) count / sizes.length;
    double[] tail = Arrays.copyOfRange(sizes, from, sizes.length);
    double border = Math.max(sizes[from - 1], Double.MIN_NORMAL);
    HeavyTails best = new HeavyTails(border, DEGREES[0]);
    double highest = Double.NEGATIVE_INFINITY;
    for (double degrees : DEGREES) {
      double unit = new StudentT(0, 1, degrees).quantile(1 - share / 2);
      HeavyTails fitted = new HeavyTails(border / unit, degrees);
      double likelihood = fitted.logLikelihood(tail);
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
