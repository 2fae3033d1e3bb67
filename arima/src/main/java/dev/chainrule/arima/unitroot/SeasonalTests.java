package dev.chainrule.arima.unitroot;

import dev.chainrule.arima.linear.LeastSquares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularMatrixException;

/** Tests of seasonal differences. */
public final class SeasonalTests {
  /** Seasonal strength from which a difference is taken. */
  public static final double STRONG = 0.64;

  static final int SEASONAL_WINDOW = 11;

  /** Canova and Hansen's table 1, 5 %: by degrees of freedom from 1 on. */
  private static final double[] CANOVA_HANSEN = {
    0.470, 0.749, 1.010, 1.240, 1.470, 1.680, 1.900, 2.110, 2.320, 2.540, 2.750, 2.960
  };

  /** Growth of the 5 % value per degree of freedom beyond the table. */
  private static final double CANOVA_HANSEN_SLOPE = 0.208;

  private SeasonalTests() {}

  /**
   * {@code 1 - var(remainder) / var(seasonal + remainder)} of an STL decomposition, 0 to 1; 0 for a
   * series of at most two periods.
   */
  public static double strength(double[] x, int period) {
    if (period < 2 || x.length <= 2 * period) {
      return 0;
    }
    Stl stl = Stl.decompose(Interpolation.seasonal(x, period), period, SEASONAL_WINDOW);
    double[] remainder = stl.remainder();
    double[] both = stl.seasonal();
    for (int t = 0; t < both.length; t++) {
      both[t] += remainder[t];
    }
    double total = variance(both);
    return total == 0 ? 0 : Math.clamp(1 - variance(remainder) / total, 0, 1);
  }

  private static double variance(double[] x) {
    double mean = Arrays.stream(x).average().orElse(0);
    double sum = 0;
    for (double v : x) {
      sum += (v - mean) * (v - mean);
    }
    return sum / (x.length - 1);
  }

  /** The critical value of {@link #ocsb}, a smooth fit to simulated ones. */
  public static double ocsbCritical(int period) {
    double log = Math.log(period) - 0.7656451;
    return -0.2937411 * Math.exp(-0.2850853 * log - 0.05983644 * log * log) - 1.652202;
  }

  /**
   * t value of the seasonal level in OCSB's regression, with up to {@code maxLag} - 1 lags chosen
   * by Akaike's criterion.
   */
  public static TestResult ocsb(double[] x, int period, int maxLag) {
    int best = 0;
    double bestAic = Double.POSITIVE_INFINITY;
    for (int lag = 1; lag <= maxLag; lag++) {
      LeastSquares fit = ocsbRegression(x, period, lag, maxLag);
      double aic =
          fit.residuals().length > fit.rank() + 1
              ? -2 * fit.logLikelihood() + 2 * (fit.rank() + 1)
              : Double.NaN;
      if (aic < bestAic) {
        bestAic = aic;
        best = lag - 1;
      }
    }
    LeastSquares fit = ocsbRegression(x, period, best, best);
    double statistic = fit.coefficients().length == 0 ? Double.NaN : fit.tValue(best + 1);
    return new TestResult(statistic, Double.NaN, best);
  }

  private static LeastSquares ocsbRegression(double[] x, int period, int lag, int common) {
    int n = x.length;
    double[] plain = new double[n];
    double[] season = new double[n];
    double[] both = new double[n];
    for (int t = 0; t < n; t++) {
      plain[t] = t >= 1 ? x[t] - x[t - 1] : Double.NaN;
      season[t] = t >= period ? x[t] - x[t - period] : Double.NaN;
      both[t] = t > period ? season[t] - season[t - 1] : Double.NaN;
    }
    double[] ar = new double[lag];
    if (lag > 0) {
      ar = regress(both, lagsOf(both, lag), period + 1 + common).coefficients();
    }
    double[] z4 = filtered(season, ar);
    double[] z5 = filtered(plain, ar);
    List<double[]> columns = new ArrayList<>(lagsOf(both, lag));
    columns.add(shift(z4, 1));
    columns.add(shift(z5, period));
    return regress(both, columns, period + 1 + common);
  }

  private static List<double[]> lagsOf(double[] x, int lags) {
    List<double[]> columns = new ArrayList<>();
    for (int lag = 1; lag <= lags; lag++) {
      columns.add(shift(x, lag));
    }
    return columns;
  }

  private static double[] shift(double[] x, int by) {
    double[] result = new double[x.length];
    for (int t = 0; t < x.length; t++) {
      result[t] = t >= by ? x[t - by] : Double.NaN;
    }
    return result;
  }

  private static double[] filtered(double[] x, double[] ar) {
    double[] result = x.clone();
    for (int t = 0; t < x.length; t++) {
      for (int j = 0; j < ar.length; j++) {
        result[t] -= t > j ? ar[j] * x[t - 1 - j] : Double.NaN;
      }
    }
    return result;
  }

  private static LeastSquares regress(double[] y, List<double[]> columns, int first) {
    int from = first;
    while (from < y.length && hasMissing(columns, from)) {
      from++;
    }
    int begin = Math.min(from, y.length);
    double[][] used = new double[columns.size()][];
    for (int c = 0; c < used.length; c++) {
      used[c] = Arrays.copyOfRange(columns.get(c), begin, y.length);
    }
    return LeastSquares.of(Arrays.copyOfRange(y, begin, y.length), used);
  }

  private static boolean hasMissing(List<double[]> columns, int t) {
    for (double[] column : columns) {
      if (Double.isNaN(column[t])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Canova and Hansen's joint statistic for all seasonal frequencies: residuals around
   * trigonometric terms, with {@code trunc(m (n / 100)^(1/4))} Bartlett lags.
   */
  public static TestResult canovaHansen(double[] x, int period) {
    int n = x.length;
    int k = period - 1;
    double[][] season = trigonometric(n, period);
    double[][] columns = Arrays.copyOf(season, k + 1);
    columns[k] = StationarityTests.ones(n);
    if (n <= k + 1) {
      return new TestResult(Double.NaN, Double.NaN, 0);
    }
    double[] e = LeastSquares.of(x, columns).residuals();
    int lags = (int) (period * Math.pow(n / 100.0, 0.25));
    double[][] scores = new double[n][k];
    double[][] partial = new double[n][k];
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < k; i++) {
        scores[t][i] = season[i][t] * e[t];
        partial[t][i] = scores[t][i] + (t > 0 ? partial[t - 1][i] : 0);
      }
    }
    RealMatrix f = new Array2DRowRealMatrix(scores, false);
    RealMatrix omega = f.transpose().multiply(f);
    for (int lag = 1; lag <= lags && lag < n; lag++) {
      RealMatrix late = f.getSubMatrix(lag, n - 1, 0, k - 1);
      RealMatrix early = f.getSubMatrix(0, n - 1 - lag, 0, k - 1);
      RealMatrix cross = late.transpose().multiply(early);
      omega = omega.add(cross.add(cross.transpose()).scalarMultiply(1 - lag / (lags + 1.0)));
    }
    RealMatrix sums = new Array2DRowRealMatrix(partial, false);
    double statistic;
    try {
      statistic =
          new QRDecomposition(omega).getSolver().solve(sums.transpose().multiply(sums)).getTrace()
              / n;
    } catch (SingularMatrixException e1) {
      statistic = Double.NaN;
    }
    double critical =
        k <= CANOVA_HANSEN.length
            ? CANOVA_HANSEN[k - 1]
            : CANOVA_HANSEN[11] + CANOVA_HANSEN_SLOPE * (k - 12);
    double p = Double.isNaN(statistic) ? Double.NaN : statistic > critical ? 0.01 : 0.1;
    return new TestResult(statistic, p, lags);
  }

  private static double[][] trigonometric(int n, int period) {
    double[][] columns = new double[period - 1][n];
    int c = 0;
    for (int j = 1; j <= period / 2; j++) {
      boolean alternating = 2 * j == period;
      for (int t = 0; t < n; t++) {
        double angle = 2 * Math.PI * j * (t + 1) / period;
        columns[c][t] = Math.cos(angle);
        if (!alternating) {
          columns[c + 1][t] = Math.sin(angle);
        }
      }
      c += alternating ? 1 : 2;
    }
    return columns;
  }
}
