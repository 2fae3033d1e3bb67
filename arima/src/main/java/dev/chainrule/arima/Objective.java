package dev.chainrule.arima;

import dev.chainrule.arima.statespace.ArmaFilter;
import dev.chainrule.arima.statespace.Moments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Half the logarithm of the innovation variance, plus the mean half log-determinant: minus the
 * log-likelihood per observation but for a constant, with sigma^2 concentrated out, as a function
 * of the free ARMA coefficients and, where asked, of the rotated regression coefficients; otherwise
 * these are concentrated out too (generalised least squares).
 */
final class Objective {
  private final ArmaLayout layout;
  private final ArmaFilter filter;
  private final double[] base;
  private final int[] free;
  private final boolean transformed;
  private final Moments moments;
  private final double[] beta;

  /** Where the filter last ran; none before, or where it failed: a point may have no numbers. */
  private double @Nullable [] last;

  private double lastSumOfSquares;

  /**
   * An objective.
   *
   * @param base all ARMA coefficients; those not free stay as here
   * @param free indices of the free ones
   * @param transformed whether a point holds unrestricted numbers for the autoregressive blocks
   */
  Objective(
      ArmaLayout layout,
      ArmaFilter filter,
      int columns,
      double[] base,
      int[] free,
      boolean transformed) {
    this.layout = layout;
    this.filter = filter;
    this.base = base;
    this.free = free;
    this.transformed = transformed;
    this.moments = new Moments(columns);
    this.beta = new double[columns - 1];
  }

  /** The ARMA coefficients at a point [count]. */
  double[] coefficients(double[] point) {
    double[] all = base.clone();
    for (int i = 0; i < free.length; i++) {
      all[free[i]] = point[i];
    }
    return transformed ? layout.constrain(all) : all;
  }

  /** The free numbers of the given coefficients. */
  double[] point(double[] coefficients) {
    double[] all = transformed ? layout.unconstrain(coefficients) : coefficients;
    double[] point = new double[free.length];
    for (int i = 0; i < free.length; i++) {
      point[i] = all[free[i]];
    }
    return point;
  }

  /** The value with the regression concentrated out; infinite where there is no likelihood. */
  double value(double[] point) {
    if (!run(point) || !moments.solve(beta)) {
      return Double.POSITIVE_INFINITY;
    }
    return of(moments.sumOfSquares(beta));
  }

  /** The value at given rotated regression coefficients, which follow the ARMA ones in x. */
  double fullValue(double[] x) {
    double[] point = Arrays.copyOf(x, free.length);
    if (!Arrays.equals(point, last) && !run(point)) {
      return Double.POSITIVE_INFINITY;
    }
    return of(moments.sumOfSquares(Arrays.copyOfRange(x, free.length, x.length)));
  }

  private boolean run(double[] point) {
    last = null;
    double[] all = coefficients(point);
    for (double c : all) {
      if (!Double.isFinite(c)) {
        return false;
      }
    }
    if (!filter.filter(layout.phi(all), layout.theta(all), moments)) {
      return false;
    }
    last = point.clone();
    return true;
  }

  private double of(double sumOfSquares) {
    int n = moments.count();
    lastSumOfSquares = sumOfSquares;
    double value = 0.5 * (Math.log(sumOfSquares / n) + moments.sumLogVariance() / n);
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
  }

  /** Sum of squared standardised innovations of the last evaluation. */
  double sumOfSquares() {
    return lastSumOfSquares;
  }

  /** The regression coefficients of the last {@link #value}. */
  double[] rotatedBeta() {
    return beta.clone();
  }
}
