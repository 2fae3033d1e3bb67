package dev.chainrule.arima.statespace;

/**
 * The map from unrestricted numbers to stationary autoregressive coefficients: tanh gives partial
 * autocorrelations, Durbin-Levinson the coefficients (Jones 1980; Monahan 1984).
 */
public final class PartialCorrelations {
  private PartialCorrelations() {}

  /** Stationary coefficients [p] of unrestricted numbers [p]. */
  public static double[] toAr(double[] raw) {
    int p = raw.length;
    double[] phi = new double[p];
    double[] previous = new double[p];
    for (int k = 0; k < p; k++) {
      double kappa = Math.tanh(raw[k]);
      phi[k] = kappa;
      for (int i = 0; i < k; i++) {
        phi[i] = previous[i] - kappa * previous[k - 1 - i];
      }
      System.arraycopy(phi, 0, previous, 0, k + 1);
    }
    return phi;
  }

  /**
   * The inverse of {@link #toAr}.
   *
   * @return unrestricted numbers [p]; not finite where {@code phi} is not stationary
   */
  public static double[] fromAr(double[] phi) {
    int p = phi.length;
    double[] raw = new double[p];
    double[] current = phi.clone();
    double[] lower = new double[p];
    for (int k = p - 1; k >= 0; k--) {
      double kappa = current[k];
      raw[k] = 0.5 * Math.log((1 + kappa) / (1 - kappa));
      double shrink = 1 - kappa * kappa;
      for (int i = 0; i < k; i++) {
        lower[i] = (current[i] + kappa * current[k - 1 - i]) / shrink;
      }
      System.arraycopy(lower, 0, current, 0, k);
    }
    return raw;
  }

  /** Whether all roots lie outside the unit circle. */
  public static boolean isStationary(double[] phi) {
    for (double raw : fromAr(phi)) {
      if (!Double.isFinite(raw)) {
        return false;
      }
    }
    return true;
  }
}
