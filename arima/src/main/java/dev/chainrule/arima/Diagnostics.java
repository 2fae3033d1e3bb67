package dev.chainrule.arima;

import java.util.Arrays;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;

/** What residuals tell about a model; missing values are left out. */
public final class Diagnostics {
  private Diagnostics() {}

  /**
   * A test statistic.
   *
   * @param degreesOfFreedom of its chi-squared distribution
   */
  public record ChiSquared(double statistic, int degreesOfFreedom, double pValue) {
    static ChiSquared of(double statistic, int degreesOfFreedom) {
      double p =
          degreesOfFreedom > 0
              ? 1
                  - new ChiSquaredDistribution(null, degreesOfFreedom)
                      .cumulativeProbability(statistic)
              : Double.NaN;
      return new ChiSquared(statistic, degreesOfFreedom, p);
    }
  }

  /** Autocovariances at lags 0 to {@code maxLag}, divided by n at every lag [maxLag + 1]. */
  public static double[] autocovariances(double[] x, int maxLag) {
    double mean = Arrays.stream(x).filter(v -> !Double.isNaN(v)).average().orElse(0);
    int observed = (int) Arrays.stream(x).filter(v -> !Double.isNaN(v)).count();
    double[] result = new double[maxLag + 1];
    for (int lag = 0; lag <= maxLag; lag++) {
      double sum = 0;
      for (int t = lag; t < x.length; t++) {
        double product = (x[t] - mean) * (x[t - lag] - mean);
        sum += Double.isNaN(product) ? 0 : product;
      }
      result[lag] = sum / observed;
    }
    return result;
  }

  /** Autocorrelations at lags 0 to {@code maxLag}. */
  public static double[] acf(double[] x, int maxLag) {
    double[] result = autocovariances(x, maxLag);
    double variance = result[0];
    Arrays.setAll(result, k -> result[k] / variance);
    return result;
  }

  /** Partial autocorrelations at lags 1 to {@code maxLag}, by Durbin and Levinson. */
  public static double[] pacf(double[] x, int maxLag) {
    double[] r = acf(x, maxLag);
    double[] result = new double[maxLag];
    double[] phi = new double[maxLag + 1];
    double[] previous = new double[maxLag + 1];
    double variance = 1;
    for (int k = 1; k <= maxLag; k++) {
      double sum = r[k];
      for (int j = 1; j < k; j++) {
        sum -= previous[j] * r[k - j];
      }
      double kappa = sum / variance;
      phi[k] = kappa;
      for (int j = 1; j < k; j++) {
        phi[j] = previous[j] - kappa * previous[k - j];
      }
      System.arraycopy(phi, 0, previous, 0, k + 1);
      variance *= 1 - kappa * kappa;
      result[k - 1] = kappa;
    }
    return result;
  }

  /**
   * Ljung and Box (1978): whether the first autocorrelations are zero together.
   *
   * @param fitted coefficients of the model, taken off the degrees of freedom
   */
  public static ChiSquared ljungBox(double[] residuals, int lags, int fitted) {
    double[] r = acf(residuals, lags);
    double n = Arrays.stream(residuals).filter(v -> !Double.isNaN(v)).count();
    double sum = 0;
    for (int k = 1; k <= lags; k++) {
      sum += r[k] * r[k] / (n - k);
    }
    return ChiSquared.of(n * (n + 2) * sum, lags - fitted);
  }

  /** Jarque and Bera (1987): whether skewness and kurtosis are those of a normal distribution. */
  public static ChiSquared jarqueBera(double[] residuals) {
    double[] e = Arrays.stream(residuals).filter(v -> !Double.isNaN(v)).toArray();
    double mean = Arrays.stream(e).average().orElse(0);
    double m2 = 0;
    double m3 = 0;
    double m4 = 0;
    for (double v : e) {
      double c = v - mean;
      m2 += c * c;
      m3 += c * c * c;
      m4 += c * c * c * c;
    }
    double n = e.length;
    m2 /= n;
    double skewness = m3 / n / Math.pow(m2, 1.5);
    double kurtosis = m4 / n / (m2 * m2) - 3;
    return ChiSquared.of(n / 6 * (skewness * skewness + kurtosis * kurtosis / 4), 2);
  }

  /**
   * Lags for {@link #ljungBox} as R's forecast takes them: twice the season, or ten, at most n/5.
   */
  public static int usualLags(int n, int period) {
    return Math.max(1, Math.min(period > 1 ? 2 * period : 10, n / 5));
  }
}
