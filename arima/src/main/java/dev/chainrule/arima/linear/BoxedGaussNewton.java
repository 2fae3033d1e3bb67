package dev.chainrule.arima.linear;

/**
 * Least squares of residuals that are not linear in their parameters, each of which has bounds: the
 * method of Gauss and Newton with Levenberg's and Marquardt's damping, projected onto the box
 * (Nocedal and Wright 2006, sections 10.3 and 16.7). Parameters at a bound that the slope points
 * out of are held there. Slopes are forward differences.
 *
 * <p>One object serves one thread.
 */
public final class BoxedGaussNewton {
  private static final double STEP = 1e-7;
  private static final double FIRST_DAMPING = 1e-3;
  private static final double LEAST_DAMPING = 1e-9;
  private static final double MOST_DAMPING = 1e12;

  /** Residuals at a point. */
  @FunctionalInterface
  public interface Residuals {
    /**
     * Computes them.
     *
     * @param point parameters [k]
     * @param residuals where to write them [n]
     * @return whether the point is one that has residuals
     */
    boolean at(double[] point, double[] residuals);

    /**
     * Computes them at points that differ from one in a coordinate each.
     *
     * @param point parameters [k]; left as it was
     * @param moved the other value of each coordinate [k]
     * @param residuals where to write them [k][n]
     * @param known whether each point is one that has residuals [k]
     */
    default void around(double[] point, double[] moved, double[][] residuals, boolean[] known) {
      for (int i = 0; i < point.length; i++) {
        double at = point[i];
        point[i] = moved[i];
        known[i] = at(point, residuals[i]);
        point[i] = at;
      }
    }
  }

  /**
   * Where a search ended.
   *
   * @param point parameters [k]
   * @param sumOfSquares of the residuals there; infinite where the start has none
   * @param converged whether the last step gained less than the tolerance
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Minimum(double[] point, double sumOfSquares, boolean converged) {}

  private final Residuals residuals;
  private final int n;
  private final double[] lower;
  private final double[] upper;
  private final double tolerance;
  private final int mostSteps;

  /**
   * A problem.
   *
   * @param n residuals
   * @param lower bounds [k], may be infinite
   * @param upper bounds [k]
   * @param tolerance the search ends where two steps together gain less, in nats: n log S
   * @param mostSteps steps at most
   */
  public BoxedGaussNewton(
      Residuals residuals, int n, double[] lower, double[] upper, double tolerance, int mostSteps) {
    this.residuals = residuals;
    this.n = n;
    this.lower = lower;
    this.upper = upper;
    this.tolerance = tolerance;
    this.mostSteps = mostSteps;
  }

  /** From a start, which is moved into the box. */
  public Minimum minimise(double[] start) {
    double[] x = clamped(start);
    double[] r = new double[n];
    double s = squares(x, r);
    if (!Double.isFinite(s)) {
      return new Minimum(x, Double.POSITIVE_INFINITY, false);
    }
    return new Search(x, r, s).run();
  }

  private double squares(double[] x, double[] r) {
    if (!residuals.at(x, r)) {
      return Double.POSITIVE_INFINITY;
    }
    double sum = 0;
    for (double e : r) {
      sum += e * e;
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  private double[] clamped(double[] x) {
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = Math.min(upper[i], Math.max(lower[i], x[i]));
    }
    return result;
  }

  /** One search. */
  private final class Search {
    private final int k;
    private double[] x;
    private double[] r;
    private double s;
    private double[] spare;
    private final double[][] jacobian;
    private final double[] g;
    private final double[][] a;
    private final double[][] factor;
    private final boolean[] held;
    private final double[] moved;
    private final boolean[] known;
    private double damping = FIRST_DAMPING;

    Search(double[] x, double[] r, double s) {
      this.k = x.length;
      this.x = x;
      this.r = r;
      this.s = s;
      this.spare = new double[n];
      this.jacobian = new double[k][n];
      this.g = new double[k];
      this.a = new double[k][k];
      this.factor = new double[k][k];
      this.held = new boolean[k];
      this.moved = new double[k];
      this.known = new boolean[k];
    }

    Minimum run() {
      double before = Double.POSITIVE_INFINITY;
      for (int step = 0; step < mostSteps; step++) {
        if (!(s > 0)) {
          return new Minimum(x, s, true);
        }
        differentiate();
        double last = s;
        if (!move()) {
          return new Minimum(x, s, true);
        }
        double gain = n * Math.log(last / s);
        if (gain + before < tolerance) {
          return new Minimum(x, s, true);
        }
        before = gain;
      }
      return new Minimum(x, s, false);
    }

    private void differentiate() {
      for (int i = 0; i < k; i++) {
        double h = STEP * Math.max(1, Math.abs(x[i]));
        moved[i] = x[i] + h <= upper[i] ? x[i] + h : x[i] - h;
      }
      residuals.around(x, moved, jacobian, known);
      for (int i = 0; i < k; i++) {
        double at = x[i];
        double[] column = jacobian[i];
        double other = 2 * at - moved[i];
        if (!known[i] && other >= lower[i] && other <= upper[i]) {
          x[i] = other;
          known[i] = residuals.at(x, column);
          moved[i] = other;
          x[i] = at;
        }
        double by = moved[i] - at;
        double slope = 0;
        for (int t = 0; t < n; t++) {
          double d = known[i] ? (column[t] - r[t]) / by : 0;
          column[t] = d;
          slope += d * r[t];
        }
        g[i] = slope;
        held[i] = (at <= lower[i] && slope > 0) || (at >= upper[i] && slope < 0);
      }
      for (int i = 0; i < k; i++) {
        for (int j = 0; j <= i; j++) {
          a[i][j] = dot(jacobian[i], jacobian[j]);
        }
      }
    }

    /** Goes down; false where no step, however damped, does. */
    private boolean move() {
      while (damping < MOST_DAMPING) {
        double[] step = step();
        if (step.length > 0) {
          for (int i = 0; i < k; i++) {
            step[i] += x[i];
          }
          double[] next = clamped(step);
          double value = squares(next, spare);
          if (value < s) {
            x = next;
            s = value;
            double[] swap = r;
            r = spare;
            spare = swap;
            damping = Math.max(LEAST_DAMPING, damping / 10);
            return true;
          }
        }
        damping *= 8;
      }
      return false;
    }

    /** The damped step [k], by Cholesky's factors; empty where the matrix has none. */
    private double[] step() {
      double largest = 0;
      for (int i = 0; i < k; i++) {
        largest = held[i] ? largest : Math.max(largest, a[i][i]);
      }
      double[] d = new double[k];
      for (int i = 0; i < k; i++) {
        double[] row = factor[i];
        for (int j = 0; j < i; j++) {
          double sum = held[i] || held[j] ? 0 : a[i][j];
          for (int l = 0; l < j; l++) {
            sum -= row[l] * factor[j][l];
          }
          row[j] = sum / factor[j][j];
        }
        double diagonal = held[i] ? 1 : a[i][i] * (1 + damping) + 1e-14 * largest;
        for (int l = 0; l < i; l++) {
          diagonal -= row[l] * row[l];
        }
        if (!(diagonal > 0)) {
          return new double[0];
        }
        row[i] = Math.sqrt(diagonal);
        double sum = held[i] ? 0 : -g[i];
        for (int l = 0; l < i; l++) {
          sum -= row[l] * d[l];
        }
        d[i] = sum / row[i];
      }
      for (int i = k - 1; i >= 0; i--) {
        for (int l = i + 1; l < k; l++) {
          d[i] -= factor[l][i] * d[l];
        }
        d[i] /= factor[i][i];
      }
      return d;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum0 = 0;
    double sum1 = 0;
    int t = 0;
    for (; t + 1 < a.length; t += 2) {
      sum0 += a[t] * b[t];
      sum1 += a[t + 1] * b[t + 1];
    }
    return t < a.length ? sum0 + sum1 + a[t] * b[t] : sum0 + sum1;
  }
}
