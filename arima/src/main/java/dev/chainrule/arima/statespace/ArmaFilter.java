package dev.chainrule.arima.statespace;

/** Whitens fixed columns by an ARMA process whose coefficients change from call to call. */
public interface ArmaFilter {
  /**
   * Whitens all columns.
   *
   * @param phi expanded autoregressive coefficients [p]
   * @param theta expanded moving-average coefficients [q]
   * @param moments receives the result
   * @return false where the process has no likelihood, for instance for want of stationarity
   */
  boolean filter(double[] phi, double[] theta, Moments moments);
}
