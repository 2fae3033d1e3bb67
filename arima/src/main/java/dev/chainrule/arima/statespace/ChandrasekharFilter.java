package dev.chainrule.arima.statespace;

import java.util.Arrays;

/**
 * Exact Gaussian likelihood of complete, stationary columns in O(n r).
 *
 * <p>The covariance of the predicted state changes from step to step by a matrix of rank one (Morf,
 * Sidhu and Kailath 1974; Pearlman 1980; Mélard 1984, AS 197), because it starts from the
 * stationary one. So the filter carries two vectors instead of an r by r matrix: the gain {@code K}
 * and the factor {@code L}. Once {@code L} has died out, the gain stands still and the rest is the
 * sparse difference equation of the innovations: a seasonal model then pays for its few non-zero
 * coefficients only. That switch is made where the remaining change of the variance is below 1e-14,
 * so that it cannot be seen in the result.
 */
public final class ChandrasekharFilter implements ArmaFilter {
  private static final double STEADY = 1e-7;

  private final double[][] columns;
  private final int length;
  private final double[][] innovations;
  private double[][] state;
  private double[][] nextState;
  private double[] gain = new double[0];
  private double[] factor = new double[0];
  private double[] nextFactor = new double[0];
  private double[] ar = new double[0];

  /**
   * A filter of these columns.
   *
   * @param columns the differenced series, then its differenced regressors [k + 1][n], all finite
   */
  public ChandrasekharFilter(double[][] columns) {
    this.columns = columns;
    this.length = columns[0].length;
    this.innovations = new double[columns.length][length];
    this.state = new double[columns.length][];
    this.nextState = new double[columns.length][];
  }

  @Override
  public boolean filter(double[] phi, double[] theta, Moments moments) {
    return run(phi, theta, moments, null);
  }

  /**
   * Standardised innovations of column 0 minus the other columns times {@code beta}.
   *
   * @return [n], in the series' unit; empty where the process is not stationary
   */
  public double[] standardised(double[] phi, double[] theta, double[] beta) {
    double[] scale = new double[length];
    if (!run(phi, theta, new Moments(columns.length), scale)) {
      return new double[0];
    }
    double[] result = new double[length];
    for (int t = 0; t < length; t++) {
      double sum = innovations[0][t];
      for (int c = 1; c < columns.length; c++) {
        sum -= beta[c - 1] * innovations[c][t];
      }
      result[t] = sum * scale[t];
    }
    return result;
  }

  private boolean run(
      double[] phi,
      double[] theta,
      Moments moments,
      double @org.jspecify.annotations.Nullable [] scale) {
    moments.clear();
    ArmaProcess process = new ArmaProcess(phi, theta);
    double[] column = process.stateCovarianceColumn();
    if (column.length == 0) {
      return false;
    }
    int r = column.length;
    prepare(r, phi);
    double variance = column[0];
    for (int i = 0; i < r; i++) {
      gain[i] = (i + 1 < r ? column[i + 1] : 0) + ar[i] * variance;
    }
    System.arraycopy(gain, 0, factor, 0, r);
    double m = -1 / variance;
    double product = 1;
    double sumLog = 0;
    int quiet = 0;
    int t = 0;
    for (; t < length && quiet <= r; t++) {
      if (!(variance > 0)) {
        return false;
      }
      product *= variance;
      if (product > 1e100 || product < 1e-100) {
        sumLog += Math.log(product);
        product = 1;
      }
      double inverse = 1 / variance;
      if (scale != null) {
        scale[t] = Math.sqrt(inverse);
      }
      for (int c = 0; c < columns.length; c++) {
        double[] a = state[c];
        double a0 = a[0];
        double v = columns[c][t] - a0;
        innovations[c][t] = v;
        advance(r, ar, gain, a, nextState[c], a0, v * inverse);
      }
      accumulate(moments, t, inverse);
      double[][] swap = state;
      state = nextState;
      nextState = swap;
      double s = factor[0];
      double next = variance + m * s * s;
      quiet = Math.abs(m) * s * s < STEADY * STEADY * variance ? quiet + 1 : 0;
      advanceFactor(r, s, s * inverse, m * s);
      m *= variance / next;
      variance = next;
    }
    moments.sumLogVariance = sumLog + Math.log(product) + (length - t) * Math.log(variance);
    moments.count = length;
    steady(phi, theta, t, variance, moments, scale);
    return Double.isFinite(moments.gram[0]);
  }

  private void prepare(int r, double[] phi) {
    if (gain.length != r + 1) {
      gain = new double[r + 1];
      factor = new double[r + 1];
      nextFactor = new double[r + 1];
      ar = new double[r + 1];
      for (int c = 0; c < columns.length; c++) {
        state[c] = new double[r + 1];
        nextState[c] = new double[r + 1];
      }
    }
    Arrays.fill(ar, 0);
    System.arraycopy(phi, 0, ar, 0, phi.length);
    for (double[] a : state) {
      Arrays.fill(a, 0);
    }
  }

  private static void advance(
      int r, double[] ar, double[] gain, double[] a, double[] out, double a0, double step) {
    for (int i = 0; i < r; i++) {
      out[i] = a[i + 1] + ar[i] * a0 + gain[i] * step;
    }
  }

  private void advanceFactor(int r, double s, double fromGain, double toGain) {
    double[] l = factor;
    double[] out = nextFactor;
    double[] k = gain;
    double[] f = ar;
    for (int i = 0; i < r; i++) {
      double u = l[i + 1] + f[i] * s;
      out[i] = u - k[i] * fromGain;
      k[i] += u * toGain;
    }
    factor = out;
    nextFactor = l;
  }

  private void accumulate(Moments moments, int t, double inverse) {
    double[] gram = moments.gram;
    int n = columns.length;
    if (n == 1) {
      double v = innovations[0][t];
      gram[0] += v * v * inverse;
      return;
    }
    for (int i = 0; i < n; i++) {
      double vi = innovations[i][t] * inverse;
      for (int j = 0; j < n; j++) {
        gram[i * n + j] += vi * innovations[j][t];
      }
    }
  }

  /** The rest of the columns with a gain that stands still. */
  private void steady(
      double[] phi,
      double[] theta,
      int from,
      double variance,
      Moments moments,
      double @org.jspecify.annotations.Nullable [] scale) {
    if (from >= length) {
      return;
    }
    double inverse = 1 / variance;
    int r = gain.length - 1;
    boolean invertible = Math.abs(variance - 1) < 1e-10;
    for (int i = 0; i < r && invertible; i++) {
      double expected = ar[i] + (i < theta.length ? theta[i] : 0);
      invertible = Math.abs(gain[i] - expected) < 1e-9;
    }
    SparseLags arLags = SparseLags.of(phi);
    SparseLags maLags = SparseLags.of(theta);
    for (int c = 0; c < columns.length; c++) {
      double[] w = columns[c];
      double[] v = innovations[c];
      for (int t = from; t < length; t++) {
        if (invertible) {
          v[t] = w[t] - arLags.dot(w, t) - maLags.dot(v, t);
        } else {
          double a0 = state[c][0];
          v[t] = w[t] - a0;
          advance(r, ar, gain, state[c], nextState[c], a0, v[t] * inverse);
          double[] swap = state[c];
          state[c] = nextState[c];
          nextState[c] = swap;
        }
      }
    }
    for (int t = from; t < length; t++) {
      accumulate(moments, t, inverse);
      if (scale != null) {
        scale[t] = Math.sqrt(inverse);
      }
    }
  }
}
