package dev.chainrule.arima.unitroot;

import dev.chainrule.arima.linear.LeastSquares;
import java.util.Arrays;

/** Tests of a unit root at frequency zero, with the conventions and tables of R's urca. */
public final class StationarityTests {
  private static final double[] KPSS_LEVEL = {0.347, 0.463, 0.574, 0.739};
  private static final double[] KPSS_TREND = {0.119, 0.146, 0.176, 0.216};
  private static final double[] KPSS_P = {0.1, 0.05, 0.025, 0.01};
  private static final double[] UNIT_ROOT_P = {0.01, 0.05, 0.1};
  private static final int[] DF_SIZES = {25, 50, 100, 250, 500};
  private static final double[][] DF_DRIFT = {
    {-3.75, -3.00, -2.63},
    {-3.58, -2.93, -2.60},
    {-3.51, -2.89, -2.58},
    {-3.46, -2.88, -2.57},
    {-3.44, -2.87, -2.57},
    {-3.43, -2.86, -2.57}
  };
  private static final double[][] DF_TREND = {
    {-4.38, -3.60, -3.24},
    {-4.15, -3.50, -3.18},
    {-4.04, -3.45, -3.15},
    {-3.99, -3.43, -3.13},
    {-3.98, -3.42, -3.13},
    {-3.96, -3.41, -3.12}
  };
  private static final double[][] MACKINNON_DRIFT = {
    {-3.4335, -5.999, -29.25}, {-2.8621, -2.738, -8.36}, {-2.5671, -1.438, -4.48}
  };
  private static final double[][] MACKINNON_TREND = {
    {-3.9638, -8.353, -47.44}, {-3.4126, -4.039, -17.83}, {-3.1279, -2.418, -7.58}
  };

  private StationarityTests() {}

  /** KPSS with {@code trunc(3 sqrt(n) / 13)} Bartlett lags. */
  public static TestResult kpss(double[] x, boolean trend) {
    return kpss(x, trend, (int) (3 * Math.sqrt(x.length) / 13));
  }

  /** KPSS of the residuals around a level or a trend. */
  public static TestResult kpss(double[] x, boolean trend, int lags) {
    int n = x.length;
    double[] e =
        (trend ? LeastSquares.of(x, ones(n), time(n)) : LeastSquares.of(x, ones(n))).residuals();
    double total = 0;
    double partial = 0;
    for (double value : e) {
      partial += value;
      total += partial * partial;
    }
    double variance = longRunVariance(e, lags);
    double statistic = total / ((double) n * n) / variance;
    double p = TestResult.interpolate(statistic, trend ? KPSS_TREND : KPSS_LEVEL, KPSS_P);
    return new TestResult(statistic, p, lags);
  }

  /** Mean square plus Bartlett-weighted autocovariances. */
  static double longRunVariance(double[] e, int lags) {
    int n = e.length;
    double sum = 0;
    for (double value : e) {
      sum += value * value;
    }
    for (int lag = 1; lag <= lags; lag++) {
      double product = 0;
      for (int t = lag; t < n; t++) {
        product += e[t] * e[t - lag];
      }
      sum += 2 * (1 - lag / (lags + 1.0)) * product;
    }
    return sum / n;
  }

  /** Dickey-Fuller's t with a constant, or with constant and trend, and lagged differences. */
  public static TestResult dickeyFuller(double[] x, boolean trend, int lags) {
    LeastSquares fit = dickeyFullerRegression(x, trend, lags);
    int size = x.length - 1;
    int row = 0;
    while (row < DF_SIZES.length && size >= DF_SIZES[row]) {
      row++;
    }
    double statistic = fit.tValue(0);
    double[] table = (trend ? DF_TREND : DF_DRIFT)[row];
    return new TestResult(statistic, TestResult.interpolate(statistic, table, UNIT_ROOT_P), lags);
  }

  /**
   * The F statistics of the same regression: for a constant of 0 (phi1), or with a trend for
   * constant and trend of 0 (phi2), then for trend alone (phi3), each beside a unit root.
   */
  public static double[] dickeyFullerJoint(double[] x, boolean trend, int lags) {
    LeastSquares full = dickeyFullerRegression(x, trend, lags);
    double[][] lagged = laggedDifferences(x, lags);
    double[] y = lagged[0];
    double[][] none = Arrays.copyOfRange(lagged, 1, lagged.length);
    double variance = full.sumOfSquares() / (y.length - full.rank());
    double restricted = LeastSquares.of(y, none).sumOfSquares();
    if (!trend) {
      return new double[] {(restricted - full.sumOfSquares()) / 2 / variance};
    }
    double[][] constant = Arrays.copyOf(none, none.length + 1);
    constant[none.length] = ones(y.length);
    double withConstant = LeastSquares.of(y, constant).sumOfSquares();
    return new double[] {
      (restricted - full.sumOfSquares()) / 3 / variance,
      (withConstant - full.sumOfSquares()) / 2 / variance
    };
  }

  private static LeastSquares dickeyFullerRegression(double[] x, boolean trend, int lags) {
    double[][] lagged = laggedDifferences(x, lags);
    double[] y = lagged[0];
    int n = y.length;
    int extra = trend ? 3 : 2;
    double[][] columns = new double[extra + lags][];
    columns[0] = Arrays.copyOfRange(x, lags, lags + n);
    columns[1] = ones(n);
    if (trend) {
      columns[2] = time(n);
    }
    System.arraycopy(lagged, 1, columns, extra, lags);
    return LeastSquares.of(y, columns);
  }

  /** The differences, then their lags 1 to {@code lags}, on the common stretch. */
  private static double[][] laggedDifferences(double[] x, int lags) {
    int n = x.length - 1 - lags;
    double[][] result = new double[lags + 1][Math.max(n, 0)];
    for (int lag = 0; lag <= lags; lag++) {
      for (int t = 0; t < n; t++) {
        int at = t + lags - lag;
        result[lag][t] = x[at + 1] - x[at];
      }
    }
    return result;
  }

  /** Phillips-Perron's Z-tau with a constant, or with constant and trend, and the short window. */
  public static TestResult phillipsPerron(double[] x, boolean trend) {
    int n = x.length - 1;
    double[] y = Arrays.copyOfRange(x, 1, n + 1);
    double[] lagged = Arrays.copyOf(x, n);
    int lags = (int) (4 * Math.pow(n / 100.0, 0.25));
    LeastSquares fit =
        trend ? LeastSquares.of(y, lagged, ones(n), time(n)) : LeastSquares.of(y, lagged, ones(n));
    double variance = fit.sumOfSquares() / n;
    double longRun = longRunVariance(fit.residuals(), lags);
    double correction = 0.5 * (longRun - variance) / longRun;
    double spread = trend ? trendSpread(y) : levelSpread(y);
    double t = (fit.coefficients()[0] - 1) / fit.standardErrors()[0];
    double statistic =
        Math.sqrt(variance / longRun) * t - correction * Math.sqrt(longRun) / Math.sqrt(spread);
    double[] table = new double[3];
    for (int i = 0; i < 3; i++) {
      double[] c = (trend ? MACKINNON_TREND : MACKINNON_DRIFT)[i];
      table[i] = c[0] + c[1] / n + c[2] / ((double) n * n);
    }
    return new TestResult(statistic, TestResult.interpolate(statistic, table, UNIT_ROOT_P), lags);
  }

  private static double levelSpread(double[] y) {
    double n = y.length;
    double mean = Arrays.stream(y).average().orElse(0);
    double sum = 0;
    for (double value : y) {
      sum += (value - mean) * (value - mean);
    }
    return sum / (n * n);
  }

  private static double trendSpread(double[] y) {
    double n = y.length;
    double squares = 0;
    double sum = 0;
    double moment = 0;
    for (int t = 0; t < y.length; t++) {
      squares += y[t] * y[t];
      sum += y[t];
      moment += (t + 1) * y[t];
    }
    squares /= n * n;
    sum *= Math.pow(n, -1.5);
    moment *= Math.pow(n, -2.5);
    return (1 - 1 / (n * n)) * squares
        - 12 * moment * moment
        + 12 * (1 + 1 / n) * moment * sum
        - (4 + 6 / n + 2 / (n * n)) * sum * sum;
  }

  static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  static double[] time(int n) {
    double[] time = new double[n];
    for (int t = 0; t < n; t++) {
      time[t] = t + 1.0;
    }
    return time;
  }
}
