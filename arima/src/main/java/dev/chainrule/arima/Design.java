package dev.chainrule.arima;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The series and its regression part, made ready for estimation: coefficients that are held are
 * subtracted; the free columns are rotated so that, differenced, they are orthonormal; and their
 * least-squares fit is subtracted from the series, so that the likelihood's regression starts near
 * zero and nothing is lost to cancellation.
 */
final class Design {
  /** Names of all regression coefficients: intercept, drift, then the regressors'. */
  final List<String> names;

  /** Level columns of all regression coefficients [k][n]. */
  final double[][] all;

  /** Indices of the free ones among all. */
  final int[] free;

  /** Coefficients at which {@link #levels} was centred: held values and least-squares ones. */
  final double[] centre;

  /** The centred series, then the rotated free columns [1 + free][n]. */
  final double[][] levels;

  /** {@link #levels} differenced [1 + free][n - d']. */
  final double[][] differenced;

  /** Rotated coefficients times this upper triangle are the free ones [free][free]. */
  final double[][] rotation;

  /** Standard deviation of the least-squares residuals. */
  final double residualScale;

  /** Observations that are not missing. */
  final int observed;

  final boolean complete;

  private final double[] delta;

  Design(double[] y, ArimaSpec spec, Regressors regressors, Map<String, Double> fixed) {
    int n = y.length;
    this.delta = spec.delta();
    this.names = names(spec, regressors);
    this.all = columns(n, spec, regressors);
    this.free = free(names, fixed);
    this.centre = new double[names.size()];
    double[] series = y.clone();
    for (int c = 0; c < all.length; c++) {
      Double value = fixed.get(names.get(c));
      if (value != null) {
        centre[c] = value;
        subtract(series, all[c], value);
      }
    }
    double[][] columns = new double[1 + free.length][];
    columns[0] = series;
    for (int i = 0; i < free.length; i++) {
      columns[i + 1] = all[free[i]].clone();
    }
    this.observed = observed(columns);
    this.complete = observed == n;
    this.rotation = new double[free.length][free.length];
    this.levels = columns;
    this.residualScale = orthogonalise();
    this.differenced = differenceAll(levels);
  }

  private static List<String> names(ArimaSpec spec, Regressors regressors) {
    List<String> names = new ArrayList<>();
    if (spec.mean()) {
      names.add("intercept");
    }
    if (spec.drift()) {
      names.add("drift");
    }
    names.addAll(regressors.names());
    return names;
  }

  /** Level columns for times first+1 .. first+rows. */
  static double[][] columns(int first, int rows, ArimaSpec spec, Regressors regressors) {
    List<double[]> columns = new ArrayList<>();
    if (spec.mean()) {
      double[] ones = new double[rows];
      Arrays.fill(ones, 1);
      columns.add(ones);
    }
    if (spec.drift()) {
      double[] time = new double[rows];
      for (int t = 0; t < rows; t++) {
        time[t] = first + t + 1.0;
      }
      columns.add(time);
    }
    columns.addAll(Arrays.asList(regressors.columns()));
    return columns.toArray(double[][]::new);
  }

  private static double[][] columns(int rows, ArimaSpec spec, Regressors regressors) {
    return columns(0, rows, spec, regressors);
  }

  private static int[] free(List<String> names, Map<String, Double> fixed) {
    int[] free = new int[names.size()];
    int count = 0;
    for (int i = 0; i < names.size(); i++) {
      if (!fixed.containsKey(names.get(i))) {
        free[count++] = i;
      }
    }
    return Arrays.copyOf(free, count);
  }

  private static void subtract(double[] from, double[] column, double times) {
    for (int t = 0; t < from.length; t++) {
      from[t] -= times * column[t];
    }
  }

  private static int observed(double[][] columns) {
    int count = 0;
    for (int t = 0; t < columns[0].length; t++) {
      boolean missing = false;
      for (double[] column : columns) {
        missing |= Double.isNaN(column[t]);
      }
      count += missing ? 0 : 1;
    }
    return count;
  }

  /** Gram-Schmidt on the differenced columns, carried over to the level columns. */
  private double orthogonalise() {
    double[][] basis = differenceAll(levels);
    boolean[] usable = usable(basis);
    int rows = count(usable);
    if (rows <= free.length) {
      basis = new double[levels.length][];
      for (int c = 0; c < levels.length; c++) {
        basis[c] = levels[c].clone();
      }
      usable = usable(basis);
      rows = count(usable);
    }
    int k = free.length;
    double[][] inverse = new double[k][k];
    for (int c = 0; c < k; c++) {
      inverse[c][c] = 1;
      double before = Math.sqrt(dot(basis[c + 1], basis[c + 1], usable));
      for (int pass = 0; pass < 2; pass++) {
        for (int b = 0; b < c; b++) {
          double overlap = dot(basis[b + 1], basis[c + 1], usable);
          subtract(basis[c + 1], basis[b + 1], overlap);
          subtract(levels[c + 1], levels[b + 1], overlap);
          for (int i = 0; i <= b; i++) {
            inverse[i][c] -= overlap * inverse[i][b];
          }
        }
      }
      double norm = Math.sqrt(dot(basis[c + 1], basis[c + 1], usable));
      if (!(norm > 1e-9 * before) || norm == 0) {
        throw new InputException(
            "regressor "
                + names.get(free[c])
                + ": it is constant or a linear combination of the ones before it"
                + (delta.length > 0 ? " once differenced" : "")
                + ", expected independent columns.");
      }
      scale(basis[c + 1], 1 / norm);
      scale(levels[c + 1], 1 / norm);
      for (int i = 0; i <= c; i++) {
        inverse[i][c] /= norm;
      }
    }
    for (int c = 0; c < k; c++) {
      double coefficient = dot(basis[c + 1], basis[0], usable);
      subtract(basis[0], basis[c + 1], coefficient);
      subtract(levels[0], levels[c + 1], coefficient);
      for (int i = 0; i <= c; i++) {
        rotation[i][c] = inverse[i][c];
        centre[free[i]] += inverse[i][c] * coefficient;
      }
    }
    return Math.sqrt(dot(basis[0], basis[0], usable) / Math.max(1, rows - k));
  }

  private static void scale(double[] column, double by) {
    for (int t = 0; t < column.length; t++) {
      column[t] *= by;
    }
  }

  private static boolean[] usable(double[][] columns) {
    boolean[] usable = new boolean[columns[0].length];
    for (int t = 0; t < usable.length; t++) {
      usable[t] = true;
      for (double[] column : columns) {
        usable[t] &= !Double.isNaN(column[t]);
      }
    }
    return usable;
  }

  private static int count(boolean[] usable) {
    int count = 0;
    for (boolean u : usable) {
      count += u ? 1 : 0;
    }
    return count;
  }

  private static double dot(double[] a, double[] b, boolean[] usable) {
    double sum = 0;
    for (int t = 0; t < usable.length; t++) {
      if (usable[t]) {
        sum += a[t] * b[t];
      }
    }
    return sum;
  }

  private double[][] differenceAll(double[][] columns) {
    double[][] result = new double[columns.length][];
    for (int c = 0; c < columns.length; c++) {
      result[c] = difference(columns[c]);
    }
    return result;
  }

  private double[] difference(double[] x) {
    int lost = delta.length;
    double[] result = new double[Math.max(0, x.length - lost)];
    for (int t = 0; t < result.length; t++) {
      double value = x[t + lost];
      for (int k = 0; k < lost; k++) {
        if (delta[k] != 0) {
          value -= delta[k] * x[t + lost - 1 - k];
        }
      }
      result[t] = value;
    }
    return result;
  }

  /** All regression coefficients, given the rotated free ones. */
  double[] coefficients(double[] rotated) {
    double[] result = centre.clone();
    for (int i = 0; i < free.length; i++) {
      for (int j = i; j < free.length; j++) {
        result[free[i]] += rotation[i][j] * rotated[j];
      }
    }
    return result;
  }
}
