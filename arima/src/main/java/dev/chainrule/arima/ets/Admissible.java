package dev.chainrule.arima.ets;

import dev.chainrule.arima.statespace.PartialCorrelations;

/**
 * The region in which errors long past have no influence (Hyndman et al. 2008, chapter 10), of the
 * linear model that a model corresponds to.
 */
final class Admissible {
  private Admissible() {}

  /**
   * Whether parameters lie in it.
   *
   * @param period 1 without a season
   */
  static boolean contains(
      EtsForm form, double alpha, double beta, double gamma, double phi, int period) {
    if (!(phi >= 0 && phi <= 1 + 1e-8)) {
      return false;
    }
    if (!form.isSeasonal() || period == 1) {
      boolean level = alpha >= 1 - 1 / phi && alpha <= 1 + 1 / phi;
      boolean growth = beta >= alpha * (phi - 1) && beta <= (1 + phi) * (2 - alpha);
      return level && (!form.hasTrend() || growth);
    }
    if (gamma < Math.max(1 - 1 / phi - alpha, 0) || gamma > 1 + 1 / phi - alpha) {
      return false;
    }
    double m = period;
    if (alpha < 1 - 1 / phi - gamma * (1 - m + phi + phi * m) / (2 * phi * m)
        || beta < -(1 - phi) * (gamma / m + alpha)) {
      return false;
    }
    return isStable(alpha, form.hasTrend() ? beta : 0, gamma, phi, period);
  }

  /**
   * Whether no root of the characteristic polynomial lies outside the unit circle. Its coefficients
   * from the highest power down are 1, -phi_1, ..., so that it is stable where phi are those of a
   * stationary autoregression.
   */
  private static boolean isStable(double alpha, double beta, double gamma, double phi, int m) {
    double[] rising = new double[m + 2];
    rising[0] = phi * (1 - alpha - gamma);
    rising[1] = alpha + beta - alpha * phi + gamma - 1;
    for (int i = 2; i < m; i++) {
      rising[i] = alpha + beta - alpha * phi;
    }
    rising[m] = alpha + beta - phi;
    rising[m + 1] = 1;
    int degree = m + 1;
    if (beta == 0 && phi == 1) {
      // Without growth 1 is a root, which stands for nothing: it is divided out.
      double carried = 0;
      double[] divided = new double[degree];
      for (int i = degree; i >= 1; i--) {
        carried += rising[i];
        divided[i - 1] = carried;
      }
      rising = divided;
      degree--;
    }
    double[] ar = new double[degree];
    for (int i = 0; i < degree; i++) {
      ar[i] = -rising[degree - 1 - i];
    }
    return PartialCorrelations.isStationary(ar);
  }
}
