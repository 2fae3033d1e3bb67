package dev.chainrule.timeseries.likelihood;

/** Special functions of positive numbers, fast enough for every value of a training batch. */
final class Special {
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double ASYMPTOTIC = 8;

  private Special() {}

  /** log(1 + e^x). */
  static double softplus(double x) {
    return x > 30 ? x : Math.log1p(Math.exp(x));
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
