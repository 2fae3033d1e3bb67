package dev.chainrule.timeseries.likelihood;

/** Special functions of positive numbers, fast enough for every value of a training batch. */
final class Special {
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double ASYMPTOTIC = 8;
  private static final double FEW = 20;

  private Special() {}

  /** log(1 + e^x); Kahan's way from log to log1p, as the JDK's takes thrice the time. */
  static double softplus(double x) {
    if (x > 30) {
      return x;
    }
    double e = Math.exp(x);
    double u = 1 + e;
    return u == 1 ? e : Math.log(u) * e / (u - 1);
  }

  /** 1 / (1 + e^-x), the slope of {@link #softplus}. */
  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * The logarithm of the gamma function, by Stirling's series above 8 and by recurrence below;
   * relative error about 1e-13.
   */
  static double logGamma(double x) {
    double product = 1;
    while (x < ASYMPTOTIC) {
      product *= x;
      x++;
    }
    double r = 1 / x;
    double s = r * r;
    double series =
        r
            * (1.0 / 12
                + s
                    * (-1.0 / 360
                        + s
                            * (1.0 / 1260
                                + s * (-1.0 / 1680 + s * (1.0 / 1188 - s * 691.0 / 360360)))));
    return (x - 0.5) * Math.log(x) - x + HALF_LOG_2_PI + series - Math.log(product);
  }

  /**
   * {@code Gamma(x + 1/2) / Gamma(x)}, by its asymptotic series above 8 and by recurrence below;
   * relative error below 1e-12.
   */
  static double halfStep(double x) {
    double ratio = 1;
    while (x < ASYMPTOTIC) {
      ratio *= x / (x + 0.5);
      x++;
    }
    double r = 1 / x;
    double s = r * r;
    double series =
        -r
            * (1.0 / 8
                - s * (1.0 / 192 - s * (1.0 / 640 - s * (17.0 / 14336 - s * (31.0 / 18432)))));
    return ratio * Math.sqrt(x) * Math.exp(series);
  }

  /** The derivative of the logarithm of {@link #halfStep}: digamma(x + 1/2) - digamma(x). */
  static double halfStepSlope(double x) {
    double sum = 0;
    while (x < ASYMPTOTIC) {
      sum += 0.5 / (x * (x + 0.5));
      x++;
    }
    double r = 1 / x;
    double s = r * r;
    double series =
        s * (1.0 / 8 - s * (1.0 / 64 - s * (1.0 / 128 - s * (17.0 / 2048 - s * (31.0 / 2048)))));
    return sum + 0.5 * r + series;
  }

  /** {@code log(Gamma(x + n) / Gamma(x))} for a whole number n from 0. */
  static double logRising(double x, double n) {
    if (n > FEW) {
      return logGamma(x + n) - logGamma(x);
    }
    double product = 1;
    for (int k = 0; k < n; k++) {
      product *= x + k;
    }
    return n == 0 ? 0 : Math.log(product);
  }

  /** The derivative of {@link #logRising} by x. */
  static double logRisingSlope(double x, double n) {
    if (n > FEW) {
      return digamma(x + n) - digamma(x);
    }
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += 1 / (x + k);
    }
    return sum;
  }

  /** The derivative of {@link #logGamma}. */
  static double digamma(double x) {
    double sum = 0;
    while (x < ASYMPTOTIC) {
      sum -= 1 / x;
      x++;
    }
    double r = 1 / x;
    double s = r * r;
    double series =
        s
            * (1.0 / 12
                - s
                    * (1.0 / 120
                        - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132 - s * 691.0 / 32760)))));
    return sum + Math.log(x) - 0.5 * r - series;
  }
}
