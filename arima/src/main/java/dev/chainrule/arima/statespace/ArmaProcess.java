package dev.chainrule.arima.statespace;

import java.util.Arrays;

/**
 * A stationary ARMA process with unit innovation variance: its weights, autocovariances and the
 * covariance of its state.
 *
 * <p>The autocovariances come from the Levinson step-down of the autoregressive polynomial (partial
 * autocorrelations, then variances, then lags), O(p^2), and a convolution with the autocovariances
 * of the moving-average polynomial; the state covariance follows from its first column by one
 * sweep, O(r^2). No linear system is solved, so a seasonal model with r = 55 costs microseconds
 * where Gardner's (1980) start costs milliseconds.
 *
 * @param phi autoregressive coefficients [p]
 * @param theta moving-average coefficients [q], without the leading 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record ArmaProcess(double[] phi, double[] theta) {
  /** {@code max(p, q + 1)}. */
  public int stateSize() {
    return Math.max(phi.length, theta.length + 1);
  }

  /** Coefficients of the moving-average form, {@code psi_0 = 1} first [count]. */
  public double[] psiWeights(int count) {
    double[] psi = new double[count];
    for (int k = 0; k < count; k++) {
      double sum = k == 0 ? 1 : k <= theta.length ? theta[k - 1] : 0;
      for (int j = Math.min(k, phi.length); j >= 1; j--) {
        sum += phi[j - 1] * psi[k - j];
      }
      psi[k] = sum;
    }
    return psi;
  }

  /**
   * Autocovariances at lags 0 to {@code maxLag}.
   *
   * @return [maxLag + 1], or an empty array where the process is not stationary
   */
  public double[] autocovariances(int maxLag) {
    int p = phi.length;
    int q = theta.length;
    double[] ar = arAutocovariances(Math.max(maxLag, p) + q);
    if (ar.length == 0 || q == 0) {
      return ar.length == 0 ? ar : Arrays.copyOf(ar, maxLag + 1);
    }
    double[] ma = new double[q + 1];
    for (int lag = 0; lag <= q; lag++) {
      double sum = lag == 0 ? 1 : theta[lag - 1];
      for (int i = 1; i + lag <= q; i++) {
        sum += theta[i - 1] * theta[i + lag - 1];
      }
      ma[lag] = sum;
    }
    double[] result = new double[maxLag + 1];
    int direct = Math.min(maxLag, Math.max(p, q));
    for (int k = 0; k <= direct; k++) {
      double sum = ma[0] * ar[k];
      for (int lag = 1; lag <= q; lag++) {
        if (ma[lag] != 0) {
          sum += ma[lag] * (ar[k + lag] + ar[Math.abs(k - lag)]);
        }
      }
      result[k] = sum;
    }
    for (int k = direct + 1; k <= maxLag; k++) {
      double sum = 0;
      for (int j = 1; j <= p; j++) {
        sum += phi[j - 1] * result[k - j];
      }
      result[k] = sum;
    }
    return result;
  }

  /** Autocorrelations at lags 0 to {@code maxLag}. */
  public double[] autocorrelations(int maxLag) {
    double[] result = autocovariances(maxLag);
    double variance = result[0];
    for (int k = 0; k <= maxLag; k++) {
      result[k] /= variance;
    }
    return result;
  }

  private double[] arAutocovariances(int maxLag) {
    int p = phi.length;
    double[][] stages = new double[p + 1][];
    stages[p] = phi;
    double variance = 1;
    double[] variances = new double[p + 1];
    variances[p] = 1;
    for (int k = p; k >= 1; k--) {
      double kappa = stages[k][k - 1];
      double shrink = 1 - kappa * kappa;
      if (!(shrink > 0)) {
        return new double[0];
      }
      double[] lower = new double[k - 1];
      double[] upper = stages[k];
      for (int i = 0; i < k - 1; i++) {
        lower[i] = (upper[i] + kappa * upper[k - 2 - i]) / shrink;
      }
      stages[k - 1] = lower;
      variance /= shrink;
      variances[k - 1] = variance;
    }
    double[] gamma = new double[maxLag + 1];
    gamma[0] = variance;
    for (int k = 1; k <= maxLag; k++) {
      double sum;
      if (k <= p) {
        sum = stages[k][k - 1] * variances[k - 1];
        double[] lower = stages[k - 1];
        for (int i = 0; i < k - 1; i++) {
          sum += lower[i] * gamma[k - 1 - i];
        }
      } else {
        sum = 0;
        for (int j = 1; j <= p; j++) {
          sum += phi[j - 1] * gamma[k - j];
        }
      }
      gamma[k] = sum;
    }
    return gamma;
  }

  /**
   * Covariance of the observation with each component of Harvey's state.
   *
   * @return [r], or an empty array where the process is not stationary
   */
  public double[] stateCovarianceColumn() {
    int r = stateSize();
    int p = phi.length;
    int q = theta.length;
    double[] gamma = autocovariances(p);
    if (gamma.length == 0) {
      return gamma;
    }
    double[] psi = psiWeights(q + 1);
    double[] column = new double[r];
    column[0] = gamma[0];
    for (int j = 1; j < r; j++) {
      double ar = j < p ? phi[j] : 0;
      double ma = j <= q ? theta[j - 1] : 0;
      if (ar != 0 || ma != 0) {
        for (int i = 1; i <= j; i++) {
          column[i] += (ar != 0 ? ar * gamma[j - i + 1] : 0) + (ma != 0 ? ma * psi[j - i] : 0);
        }
      }
    }
    return column;
  }

  /**
   * Stationary covariance of Harvey's state, row-major [r, r]; empty where the process is not
   * stationary.
   */
  public double[] stateCovariance() {
    double[] column = stateCovarianceColumn();
    int r = stateSize();
    if (column.length == 0) {
      return column;
    }
    double[] cov = new double[r * r];
    for (int i = r - 1; i >= 1; i--) {
      double phiI = i < phi.length ? phi[i] : 0;
      double ri = i <= theta.length ? theta[i - 1] : 0;
      for (int j = r - 1; j >= i; j--) {
        double phiJ = j < phi.length ? phi[j] : 0;
        double rj = j <= theta.length ? theta[j - 1] : 0;
        double next = j + 1 < r ? cov[(i + 1) * r + j + 1] : 0;
        double iNext = i + 1 < r ? column[i + 1] : 0;
        double jNext = j + 1 < r ? column[j + 1] : 0;
        double value = next + phiI * jNext + phiJ * iNext + phiI * phiJ * column[0] + ri * rj;
        cov[i * r + j] = value;
        cov[j * r + i] = value;
      }
    }
    for (int i = 0; i < r; i++) {
      cov[i] = column[i];
      cov[i * r] = column[i];
    }
    return cov;
  }
}
