package dev.chainrule.arima.statespace;

/** The non-zero coefficients of a lag polynomial and their lags. */
@SuppressWarnings("ArrayRecordComponent")
record SparseLags(int[] lags, double[] coefficients) {
  /** Those of {@code coefficients[j-1]} at lag j that are not zero. */
  static SparseLags of(double[] dense) {
    int count = 0;
    for (double c : dense) {
      count += c != 0 ? 1 : 0;
    }
    int[] lags = new int[count];
    double[] values = new double[count];
    int i = 0;
    for (int j = 0; j < dense.length; j++) {
      if (dense[j] != 0) {
        lags[i] = j + 1;
        values[i++] = dense[j];
      }
    }
    return new SparseLags(lags, values);
  }

  /** Sum over the lags of coefficient times {@code x[t - lag]}; all lags must reach into x. */
  double dot(double[] x, int t) {
    double sum = 0;
    for (int i = 0; i < lags.length; i++) {
      sum += coefficients[i] * x[t - lags[i]];
    }
    return sum;
  }

  /** As {@link #dot}, with lags before {@code from} left out. */
  double dotFrom(double[] x, int t, int from) {
    double sum = 0;
    for (int i = 0; i < lags.length && t - lags[i] >= from; i++) {
      sum += coefficients[i] * x[t - lags[i]];
    }
    return sum;
  }
}
