package dev.chainrule.arima.statespace;

/**
 * Conditional sum of squares: innovations by the difference equation, taken as zero before the
 * first observation that has all its autoregressive lags (Box and Jenkins 1976, chapter 7).
 */
public final class ConditionalFilter implements ArmaFilter {
  private final double[][] columns;
  private final double[][] innovations;
  private final int first;

  /**
   * A filter of these columns.
   *
   * @param columns the differenced series, then its differenced regressors [k + 1][n]
   * @param first index of the first innovation that is computed, at least the lag of phi's last
   *     element
   */
  public ConditionalFilter(double[][] columns, int first) {
    this.columns = columns;
    this.first = first;
    this.innovations = new double[columns.length][columns[0].length];
  }

  @Override
  public boolean filter(double[] phi, double[] theta, Moments moments) {
    moments.clear();
    SparseLags ar = SparseLags.of(phi);
    SparseLags ma = SparseLags.of(theta);
    int n = columns[0].length;
    for (int c = 0; c < columns.length; c++) {
      residuals(columns[c], innovations[c], ar, ma);
    }
    int k = columns.length;
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
    moments.count = n - first;
    return Double.isFinite(moments.gram[0]) && moments.gram[0] < 1e250;
  }

  private void residuals(double[] w, double[] v, SparseLags ar, SparseLags ma) {
    for (int t = first; t < w.length; t++) {
      v[t] = w[t] - ar.dotFrom(w, t, 0) - ma.dotFrom(v, t, first);
    }
  }

  /** Innovations of column 0 minus the other columns times {@code beta} [n], zero at the start. */
  public double[] residuals(double[] phi, double[] theta, double[] beta) {
    int n = columns[0].length;
    double[] w = columns[0].clone();
    for (int c = 1; c < columns.length; c++) {
      for (int t = 0; t < n; t++) {
        w[t] -= beta[c - 1] * columns[c][t];
      }
    }
    double[] v = new double[n];
    residuals(w, v, SparseLags.of(phi), SparseLags.of(theta));
    return v;
  }
}
