package dev.chainrule.arima;

/** What the choice of an order minimises. */
public enum Criterion {
  /** Akaike's. */
  AIC,
  /** Akaike's, corrected for short series. */
  AICC,
  /** Schwarz's. */
  BIC;

  /** The value of a fit. */
  public double of(ArimaFit fit) {
    return switch (this) {
      case AIC -> fit.aic();
      case AICC -> fit.aicc();
      case BIC -> fit.bic();
    };
  }

  /** The value from an AIC, the number of parameters (with the variance) and of observations. */
  public double of(double aic, double parameters, double n) {
    return switch (this) {
      case AIC -> aic;
      case AICC -> {
        double spare = n - parameters - 1;
        yield spare > 0
            ? aic + 2 * parameters * (parameters + 1) / spare
            : Double.POSITIVE_INFINITY;
      }
      case BIC -> aic + parameters * (Math.log(n) - 2);
    };
  }
}
