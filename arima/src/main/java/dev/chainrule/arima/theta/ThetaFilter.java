package dev.chainrule.arima.theta;

/**
 * The recursion of the Theta models (Fiorucci et al. 2016, equations 7 to 15): a level that is
 * smoothed, {@code l_t = alpha y_t + (1 - alpha) l_{t-1}}, and a line {@code A + B t} that is
 * fitted to the whole series, or in the dynamic models at each time to the values before.
 *
 * <p>One object serves one thread.
 */
final class ThetaFilter {
  private final double[] y;
  private final boolean dynamic;
  private final double wholeA;
  private final double wholeB;

  /** One-step errors [n]. */
  final double[] errors;

  private double level;
  private double mean;
  private double a;
  private double b;

  ThetaFilter(double[] y, boolean dynamic) {
    this.y = y;
    this.dynamic = dynamic;
    this.errors = new double[y.length];
    double n = y.length;
    double average = 0;
    double weighted = 0;
    for (int t = 0; t < y.length; t++) {
      average += y[t] / n;
      weighted += (t + 1) * y[t] / n;
    }
    wholeB = n > 1 ? 6 * (2 * weighted - (n + 1) * average) / (n * n - 1) : 0;
    wholeA = average - (n + 1) * wholeB / 2;
  }

  /**
   * Runs over the series.
   *
   * @param start level before the first value
   * @param omega the share of the line, 1 - 1 / theta
   */
  void run(double start, double alpha, double omega) {
    level = start;
    a = dynamic ? y[0] : wholeA;
    b = dynamic ? 0 : wholeB;
    mean = 0;
    double power = 1;
    for (int t = 0; t < y.length; t++) {
      errors[t] = y[t] - forecast(alpha, omega, power);
      update(y[t], t, alpha);
      power *= 1 - alpha;
    }
  }

  /** The next value's forecast, where {@code power} is {@code (1 - alpha)^(t - 1)}. */
  private double forecast(double alpha, double omega, double power) {
    return level + omega * (a * power + b * (1 - power * (1 - alpha)) / alpha);
  }

  /** Takes in the value of time index t, from 0. */
  private void update(double value, int t, double alpha) {
    level = alpha * value + (1 - alpha) * level;
    if (dynamic && t > 0) {
      b = ((t - 1) * b + 6 * (value - mean) / (t + 1)) / (t + 2);
    }
    mean = (t * mean + value) / (t + 1);
    if (dynamic) {
      a = mean - b * (t + 2) / 2;
    }
  }

  /** What comes of errors after the series, after a run with the same numbers [horizon]. */
  double[] path(double[] ahead, double alpha, double omega) {
    double keptLevel = level;
    double keptMean = mean;
    double keptA = a;
    double keptB = b;
    double[] result = new double[ahead.length];
    double power = Math.pow(1 - alpha, y.length);
    for (int h = 0; h < ahead.length; h++) {
      result[h] = forecast(alpha, omega, power) + ahead[h];
      update(result[h], y.length + h, alpha);
      power *= 1 - alpha;
    }
    level = keptLevel;
    mean = keptMean;
    a = keptA;
    b = keptB;
    return result;
  }
}
