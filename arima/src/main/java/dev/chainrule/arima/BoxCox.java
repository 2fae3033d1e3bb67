package dev.chainrule.arima;

/**
 * The Box-Cox transformation (1964), for negative values with Bickel and Doksum's sign.
 *
 * @param lambda the power; 0 is the logarithm
 * @param biasAdjusted whether back-transformed forecasts are means and not medians
 */
public record BoxCox(double lambda, boolean biasAdjusted) {
  private static final double SMALLEST = -5;
  private static final double LARGEST = 5;

  /** Checks the range. */
  public BoxCox {
    if (!(lambda >= SMALLEST && lambda <= LARGEST)) {
      throw new IllegalArgumentException("lambda: found " + lambda + ", expected -5 to 5");
    }
  }

  /** With medians as back-transformed forecasts. */
  public static BoxCox of(double lambda) {
    return new BoxCox(lambda, false);
  }

  /** The transformed value; NaN for a value that the power does not take. */
  public double transform(double x) {
    if (lambda < 0 && x < 0) {
      return Double.NaN;
    }
    if (lambda == 0) {
      return x > 0 ? Math.log(x) : Double.NaN;
    }
    return (Math.signum(x) * Math.pow(Math.abs(x), lambda) - 1) / lambda;
  }

  /** All values transformed [n]. */
  public double[] transform(double[] x) {
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = transform(x[i]);
    }
    return result;
  }

  /** The value whose transform this is; infinite beyond the bound that a negative power has. */
  public double inverse(double z) {
    if (lambda == 0) {
      return Math.exp(z);
    }
    if (lambda < 0 && z >= -1 / lambda) {
      return Double.POSITIVE_INFINITY;
    }
    double power = lambda * z + 1;
    return Math.signum(power) * Math.pow(Math.abs(power), 1 / lambda);
  }

  /** The forecast of a transformed value: its median, or its mean to second order. */
  public double inverse(double z, double variance) {
    double x = inverse(z);
    if (!biasAdjusted) {
      return x;
    }
    return x * (1 + 0.5 * variance * (1 - lambda) / Math.pow(x, 2 * lambda));
  }
}
