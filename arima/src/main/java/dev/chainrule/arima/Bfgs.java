package dev.chainrule.arima;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Minimises a smooth function of few variables by BFGS (Nocedal and Wright 2006, algorithm 6.1)
 * with differences for the gradient: forward ones of 1e-7, and central ones of 1e-5, relative to
 * the coordinate where that is above 1, once forward ones lead nowhere. Coordinates are expected to
 * be of order 1. A value that is not finite counts as a wall.
 */
final class Bfgs {
  private static final double FORWARD_STEP = 1e-7;
  private static final double CENTRAL_STEP = 1e-5;
  private static final double LARGEST_MOVE = 2;

  /** A search has ended, too, where so many steps together gained less than the tolerance. */
  private static final int PATIENCE = 12;

  /** A step is doubled while the function falls at its end by this share of the slope here. */
  private static final double STILL_STEEP = 0.9;

  private final ToDoubleFunction<double[]> function;
  private final double tolerance;
  private final int maxIterations;

  /** Where the search ended. */
  @SuppressWarnings("ArrayRecordComponent")
  record Minimum(double[] point, double value, boolean converged, int iterations) {}

  /**
   * A search.
   *
   * @param tolerance it ends where a full step promises less than this
   */
  Bfgs(ToDoubleFunction<double[]> function, double tolerance, int maxIterations) {
    this.function = function;
    this.tolerance = tolerance;
    this.maxIterations = maxIterations;
  }

  /** From {@code start}, whose value must be finite. */
  Minimum minimise(double[] start) {
    double f = function.applyAsDouble(start);
    if (start.length == 0 || !Double.isFinite(f)) {
      return new Minimum(start.clone(), f, Double.isFinite(f), 0);
    }
    return new Search(start.clone(), f).run();
  }

  /** Where one search stands. */
  private final class Search {
    private final int n;
    private double[] x;
    private double f;
    private double[] g;
    private double[][] h;
    private boolean fresh = true;
    private boolean central;

    Search(double[] x, double f) {
      this.n = x.length;
      this.x = x;
      this.f = f;
      this.g = gradient(x, f, false);
      this.h = identity(n);
    }

    Minimum run() {
      double[] earlier = new double[PATIENCE];
      Arrays.fill(earlier, Double.POSITIVE_INFINITY);
      for (int iteration = 0; iteration < maxIterations; iteration++) {
        int slot = iteration % PATIENCE;
        boolean stands = earlier[slot] - f < tolerance;
        earlier[slot] = f;
        if (stands && central) {
          return new Minimum(x, f, true, iteration);
        }
        if (stands) {
          differenceCentrally();
          Arrays.fill(earlier, Double.POSITIVE_INFINITY);
        }
        double[] direction = times(h, g);
        double slope = dot(g, direction);
        if (!(slope < 0)) {
          forget();
          direction = times(h, g);
          slope = dot(g, direction);
        }
        if (-slope < 2 * tolerance) {
          if (central || -slope < 0.01 * tolerance) {
            return new Minimum(x, f, true, iteration);
          }
          differenceCentrally();
        } else if (!moveAlong(direction, slope)) {
          if (central && fresh) {
            return new Minimum(x, f, true, iteration);
          }
          forget();
          differenceCentrally();
        }
      }
      return new Minimum(x, f, false, maxIterations);
    }

    private void forget() {
      h = identity(n);
      fresh = true;
    }

    private void differenceCentrally() {
      central = true;
      g = gradient(x, f, true);
    }

    /** Goes down in this direction; false where no step, however short, leads down. */
    private boolean moveAlong(double[] direction, double slope) {
      double largest = 0;
      for (double d : direction) {
        largest = Math.max(largest, Math.abs(d));
      }
      double longest = LARGEST_MOVE / largest;
      double step = Math.min(1, longest);
      for (int halving = 0; halving < 30; halving++) {
        double[] next = along(direction, step);
        double value = function.applyAsDouble(next);
        if (descends(value, step * slope)) {
          double[] nextGradient = gradient(next, value, central);
          while (dot(nextGradient, direction) < STILL_STEEP * slope && 2 * step <= longest) {
            step *= 2;
            double[] further = along(direction, step);
            double furtherValue = function.applyAsDouble(further);
            if (furtherValue >= value || !descends(furtherValue, step * slope)) {
              break;
            }
            next = further;
            value = furtherValue;
            nextGradient = gradient(next, value, central);
          }
          go(next, value, nextGradient);
          return true;
        }
        step *= shrink(f, value, step * slope);
      }
      return false;
    }

    private double[] along(double[] direction, double step) {
      double[] next = new double[n];
      for (int i = 0; i < n; i++) {
        next[i] = x[i] + step * direction[i];
      }
      return next;
    }

    /** Armijo's condition. */
    private boolean descends(double value, double promised) {
      return Double.isFinite(value) && value <= f + 1e-4 * promised;
    }

    private void go(double[] next, double value, double[] nextGradient) {
      if (update(h, x, next, g, nextGradient, fresh)) {
        fresh = false;
      }
      x = next;
      f = value;
      g = nextGradient;
    }
  }

  /** The factor by which to shorten a step, from the parabola through what is known. */
  private static double shrink(double f, double value, double slope) {
    if (!Double.isFinite(value)) {
      return 0.2;
    }
    double best = -slope / (2 * (value - f - slope));
    return Math.clamp(best, 0.1, 0.5);
  }

  private double[] gradient(double[] x, double f, boolean central) {
    double[] g = new double[x.length];
    double[] moved = x.clone();
    for (int i = 0; i < x.length; i++) {
      double scale = Math.max(1, Math.abs(x[i]));
      double h = (central ? CENTRAL_STEP : FORWARD_STEP) * scale;
      moved[i] = x[i] + h;
      double up = function.applyAsDouble(moved);
      if (central || !Double.isFinite(up)) {
        moved[i] = x[i] - h;
        double down = function.applyAsDouble(moved);
        if (Double.isFinite(up) && Double.isFinite(down)) {
          g[i] = (up - down) / (2 * h);
        } else {
          g[i] = Double.isFinite(up) ? (up - f) / h : Double.isFinite(down) ? (f - down) / h : 0;
        }
      } else {
        g[i] = (up - f) / h;
      }
      moved[i] = x[i];
    }
    return g;
  }

  /** Updates the inverse Hessian; false where the step tells nothing about curvature. */
  private static boolean update(
      double[][] h, double[] x, double[] next, double[] g, double[] nextGradient, boolean fresh) {
    int n = x.length;
    double[] s = new double[n];
    double[] y = new double[n];
    double sy = 0;
    double yy = 0;
    for (int i = 0; i < n; i++) {
      s[i] = next[i] - x[i];
      y[i] = nextGradient[i] - g[i];
      sy += s[i] * y[i];
      yy += y[i] * y[i];
    }
    if (!(sy > 1e-14 * yy)) {
      return false;
    }
    if (fresh) {
      for (int i = 0; i < n; i++) {
        h[i][i] = sy / yy;
      }
    }
    double[] hy = new double[n];
    double yhy = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        hy[i] += h[i][j] * y[j];
      }
      yhy += y[i] * hy[i];
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        h[i][j] += (1 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
      }
    }
    return true;
  }

  private static double[][] identity(int n) {
    double[][] h = new double[n][n];
    for (int i = 0; i < n; i++) {
      h[i][i] = 1;
    }
    return h;
  }

  /** Minus h times g. */
  private static double[] times(double[][] h, double[] g) {
    double[] result = new double[g.length];
    for (int i = 0; i < g.length; i++) {
      result[i] = -dot(h[i], g);
    }
    return result;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
