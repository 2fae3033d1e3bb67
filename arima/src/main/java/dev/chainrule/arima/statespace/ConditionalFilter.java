package dev.chainrule.arima.statespace;

import java.util.Arrays;

/**
 * Conditional sum of squares: innovations by the difference equation, taken as zero before the
 * first observation that has all its autoregressive lags (Box and Jenkins 1976, chapter 7).
 *
 * <p>A missing row has no innovation: every column goes on as predicted there, level and all, so
 * that the observations after a gap keep their differences. (R's recursion lets a missing value
 * make all later innovations of a moving average missing.) Missing rows among those conditioned on
 * are interpolated linearly.
 */
public final class ConditionalFilter implements ArmaFilter {
  private final double[][] levels;
  private final double[][] differenced;
  private final double[][] innovations;
  private final double[] delta;
  private final int first;
  private final boolean[] missing;
  private final int count;
  private final boolean complete;

  /**
   * A filter of these columns.
   *
   * @param levels the series, then its regressors [k + 1][n]; a row is missing where any is NaN
   * @param delta minus the coefficients of the differencing polynomial from lag 1 on [d']
   * @param first index, among the differenced rows, of the first innovation that is computed; at
   *     least the lag of phi's last element
   */
  public ConditionalFilter(double[][] levels, double[] delta, int first) {
    int n = levels[0].length;
    this.delta = delta;
    this.first = first;
    this.missing = missing(levels);
    this.levels = new double[levels.length][];
    this.differenced = new double[levels.length][Math.max(0, n - delta.length)];
    this.innovations = new double[levels.length][Math.max(0, n - delta.length)];
    int conditioned = Math.min(n, delta.length + first);
    for (int c = 0; c < levels.length; c++) {
      this.levels[c] = interpolated(levels[c], conditioned);
      for (int i = 0; i + delta.length < n; i++) {
        differenced[c][i] = this.levels[c][i + delta.length] - past(this.levels[c], i);
      }
    }
    int counted = 0;
    for (int t = conditioned; t < n; t++) {
      counted += missing[t] ? 0 : 1;
    }
    this.count = counted;
    this.complete = counted == n - conditioned;
  }

  private static boolean[] missing(double[][] levels) {
    boolean[] missing = new boolean[levels[0].length];
    for (double[] column : levels) {
      for (int t = 0; t < missing.length; t++) {
        missing[t] |= Double.isNaN(column[t]);
      }
    }
    return missing;
  }

  /** The column with its missing rows before {@code end} on lines between those that are not. */
  private double[] interpolated(double[] column, int end) {
    double[] result = column.clone();
    int n = column.length;
    int before = -1;
    for (int t = 0; t < end; t++) {
      if (!missing[t]) {
        before = t;
        continue;
      }
      int after = t;
      while (after < n && missing[after]) {
        after++;
      }
      if (before < 0 || after == n) {
        result[t] = after < n ? column[after] : before < 0 ? 0 : column[before];
      } else {
        double share = (t - before) / (double) (after - before);
        result[t] = column[before] + share * (column[after] - column[before]);
      }
    }
    return result;
  }

  /** What the rows before say of row i + d' when the differences are zero. */
  private double past(double[] x, int i) {
    double sum = 0;
    for (int k = 0; k < delta.length; k++) {
      if (delta[k] != 0) {
        sum += delta[k] * x[i + delta.length - 1 - k];
      }
    }
    return sum;
  }

  @Override
  public boolean filter(double[] phi, double[] theta, Moments moments) {
    moments.clear();
    SparseLags ar = SparseLags.of(phi);
    SparseLags ma = SparseLags.of(theta);
    int n = differenced[0].length;
    int k = levels.length;
    for (int c = 0; c < k; c++) {
      recur(levels[c], differenced[c], innovations[c], ar, ma);
    }
    for (int i = 0; i < k; i++) {
      double[] vi = innovations[i];
      for (int j = i; j < k; j++) {
        double[] vj = innovations[j];
        double sum = 0;
        for (int t = first; t < n; t++) {
          sum += vi[t] * vj[t];
        }
        moments.gram[i * k + j] = sum;
        moments.gram[j * k + i] = sum;
      }
    }
    moments.count = count;
    return Double.isFinite(moments.gram[0]) && moments.gram[0] < 1e250;
  }

  private void recur(double[] level, double[] w, double[] v, SparseLags ar, SparseLags ma) {
    if (complete) {
      for (int i = first; i < w.length; i++) {
        v[i] = w[i] - ar.dotFrom(w, i, 0) - ma.dotFrom(v, i, first);
      }
      return;
    }
    for (int i = first; i < w.length; i++) {
      int t = i + delta.length;
      double predicted = ar.dotFrom(w, i, 0) + ma.dotFrom(v, i, first);
      double past = past(level, i);
      if (missing[t]) {
        level[t] = predicted + past;
        w[i] = predicted;
        v[i] = 0;
      } else {
        w[i] = level[t] - past;
        v[i] = w[i] - predicted;
      }
    }
  }

  /**
   * Innovations of column 0 minus the other columns times {@code beta} [n - d'], zero at the start,
   * NaN where the row is missing.
   */
  public double[] residuals(double[] phi, double[] theta, double[] beta) {
    double[] combined = levels[0].clone();
    for (int c = 1; c < levels.length; c++) {
      for (int t = 0; t < combined.length; t++) {
        combined[t] -= beta[c - 1] * levels[c][t];
      }
    }
    double[] w = new double[differenced[0].length];
    Arrays.setAll(w, i -> combined[i + delta.length] - past(combined, i));
    double[] v = new double[w.length];
    recur(combined, w, v, SparseLags.of(phi), SparseLags.of(theta));
    for (int i = 0; i < v.length; i++) {
      if (missing[i + delta.length]) {
        v[i] = Double.NaN;
      }
    }
    return v;
  }
}
