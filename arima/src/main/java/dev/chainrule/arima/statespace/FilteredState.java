package dev.chainrule.arima.statespace;

/**
 * The state after the last observation, from which forecasts and simulations start.
 *
 * @param ar autoregressive coefficients [r]
 * @param ma moving-average coefficients [r - 1]
 * @param delta minus the differencing coefficients from lag 1 on [d']
 * @param mean filtered state [r + d']
 * @param covariance its covariance in units of sigma^2, row-major [r + d', r + d']
 * @param predictedCovariance covariance before the last observation, same shape
 */
@SuppressWarnings("ArrayRecordComponent")
public record FilteredState(
    double[] ar,
    double[] ma,
    double[] delta,
    double[] mean,
    double[] covariance,
    double[] predictedCovariance) {

  /**
   * Means of the next observations [horizon].
   *
   * <p>They are the forecasts of the ARIMA part, without regression.
   */
  public double[] forecast(int horizon) {
    double[] a = mean.clone();
    double[] result = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      advance(a, 0);
      result[h] = observation(a);
    }
    return result;
  }

  /** Variances of the next observations in units of sigma^2 [horizon]. */
  public double[] forecastVariance(int horizon) {
    int size = mean.length;
    double[] p = covariance.clone();
    double[] column = new double[size];
    double[] result = new double[horizon];
    int r = ar.length;
    for (int h = 0; h < horizon; h++) {
      for (int j = 0; j < size; j++) {
        for (int i = 0; i < size; i++) {
          column[i] = p[i * size + j];
        }
        advance(column, 0);
        for (int i = 0; i < size; i++) {
          p[i * size + j] = column[i];
        }
      }
      for (int i = 0; i < size; i++) {
        System.arraycopy(p, i * size, column, 0, size);
        advance(column, 0);
        System.arraycopy(column, 0, p, i * size, size);
      }
      for (int i = 0; i < r; i++) {
        for (int j = 0; j < r; j++) {
          p[i * size + j] += noise(i) * noise(j);
        }
      }
      double variance = 0;
      for (int i = 0; i < size; i++) {
        System.arraycopy(p, i * size, column, 0, size);
        variance += weight(i) * observation(column);
      }
      result[h] = variance;
    }
    return result;
  }

  /**
   * A path that follows the last observation.
   *
   * @param innovations in the series' unit [horizon]
   */
  public double[] path(double[] innovations) {
    double[] a = mean.clone();
    double[] result = new double[innovations.length];
    for (int h = 0; h < innovations.length; h++) {
      advance(a, innovations[h]);
      result[h] = observation(a);
    }
    return result;
  }

  private double noise(int i) {
    return i == 0 ? 1 : ma[i - 1];
  }

  private double weight(int i) {
    return i == 0 ? 1 : i < ar.length ? 0 : delta[i - ar.length];
  }

  private double observation(double[] a) {
    double level = a[0];
    for (int k = 0; k < delta.length; k++) {
      level += delta[k] * a[ar.length + k];
    }
    return level;
  }

  /** {@code a = T a + R e}. */
  private void advance(double[] a, double e) {
    int r = ar.length;
    double a0 = a[0];
    double level = observation(a);
    for (int i = 0; i < r; i++) {
      a[i] = (i + 1 < r ? a[i + 1] : 0) + ar[i] * a0 + (e == 0 ? 0 : noise(i) * e);
    }
    if (delta.length > 0) {
      System.arraycopy(a, r, a, r + 1, delta.length - 1);
      a[r] = level;
    }
  }
}
