package dev.chainrule.arima;

import dev.chainrule.arima.linear.LeastSquares;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Autoregressions of a complete series by one of four methods, with the conventions of R's {@code
 * ar}: orders up to {@code 10 log10(n)} (maximum likelihood: up to 12), and a prediction variance
 * corrected for the coefficients where R corrects it. The order is the one of the smallest {@link
 * Criterion#AICC}, or, as R has it, of the smallest {@link Criterion#AIC}, where {@code n log(v)}
 * takes the place of the likelihood and the level and the variance count as parameters.
 */
public final class ArEstimator {
  private static final int LARGEST_ML_ORDER = 12;

  /** How the coefficients are estimated. */
  public enum Method {
    /** Levinson's recursion on the autocovariances. */
    YULE_WALKER,
    /** Burg (1967): forward and backward errors. */
    BURG,
    /** Least squares on the lags, with an intercept. */
    OLS,
    /** Exact maximum likelihood. */
    ML
  }

  /**
   * An autoregression around a mean.
   *
   * @param coefficients of the lags [p]
   * @param mean the level that was subtracted
   * @param intercept of least squares, 0 otherwise
   * @param variance of the one-step errors
   * @param criterion by order, from 0, less the smallest
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record ArModel(
      double[] coefficients, double mean, double intercept, double variance, double[] criterion) {
    /** How many lags there are. */
    public int order() {
      return coefficients.length;
    }

    /** Means of the next values of a series [horizon]. */
    public double[] forecast(double[] x, int horizon) {
      int n = x.length;
      double[] all = Arrays.copyOf(x, n + horizon);
      for (int t = n; t < n + horizon; t++) {
        double sum = mean + intercept;
        for (int j = 0; j < coefficients.length; j++) {
          sum += coefficients[j] * (all[t - 1 - j] - mean);
        }
        all[t] = sum;
      }
      return Arrays.copyOfRange(all, n, n + horizon);
    }
  }

  private ArEstimator() {}

  /**
   * Estimates.
   *
   * @param x complete [n]
   * @param order the order, or empty for the one of the smallest AICc
   */
  public static ArModel fit(double[] x, Method method, OptionalInt order) {
    return fit(x, method, order, Criterion.AICC);
  }

  /**
   * Estimates.
   *
   * @param x complete [n]
   * @param order the order, or empty for the one of the smallest criterion
   * @param by the criterion; {@link Criterion#AIC} is R's
   */
  public static ArModel fit(double[] x, Method method, OptionalInt order, Criterion by) {
    Arima.checkSeries(x);
    int n = x.length;
    for (int t = 0; t < n; t++) {
      if (Double.isNaN(x[t])) {
        throw new InputException(
            "observation "
                + (t + 1)
                + " is missing: "
                + method
                + " takes none, expected a complete series; arima fit takes missing values.");
      }
    }
    int largest = Math.min(n - 1, (int) Math.floor(10 * Math.log10(n)));
    int most = order.orElse(method == Method.ML ? Math.min(largest, LARGEST_ML_ORDER) : largest);
    if (most < 0 || most >= n) {
      throw new InputException(
          "order: found " + most + " for " + n + " observations, expected 0 to " + (n - 1) + ".");
    }
    if (Arima.isConstant(x)) {
      throw new InputException("the series is constant, expected one that varies.");
    }
    double mean = Arrays.stream(x).average().orElse(0);
    double[] centred = Arrays.stream(x).map(v -> v - mean).toArray();
    return switch (method) {
      case YULE_WALKER -> yuleWalker(centred, mean, most, order.isPresent(), by);
      case BURG -> burg(centred, mean, most, order.isPresent(), by);
      case OLS -> leastSquares(centred, mean, most, order.isPresent(), by);
      case ML -> maximumLikelihood(x, most, order.isPresent(), by);
    };
  }

  private static int choose(double[] criterion, boolean held) {
    int best = held ? criterion.length - 1 : 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int m = 0; m < criterion.length; m++) {
      if (criterion[m] < smallest) {
        smallest = criterion[m];
        best = held ? best : m;
      }
    }
    for (int m = 0; m < criterion.length && Double.isFinite(smallest); m++) {
      criterion[m] -= smallest;
    }
    return best;
  }

  private static ArModel yuleWalker(double[] x, double mean, int most, boolean held, Criterion by) {
    int n = x.length;
    double[] r = Diagnostics.autocovariances(x, most);
    double[][] stages = new double[most + 1][];
    stages[0] = new double[0];
    double[] variances = new double[most + 1];
    variances[0] = r[0];
    for (int m = 1; m <= most; m++) {
      double sum = r[m];
      for (int j = 0; j < m - 1; j++) {
        sum -= stages[m - 1][j] * r[m - 1 - j];
      }
      double kappa = sum / variances[m - 1];
      stages[m] = extended(stages[m - 1], kappa);
      variances[m] = variances[m - 1] * (1 - kappa * kappa);
    }
    double[] criterion = criterion(variances, n, by);
    int order = choose(criterion, held);
    double variance = variances[order] * n / (n - (order + 1.0));
    return new ArModel(stages[order], mean, 0, variance, criterion);
  }

  private static double[] extended(double[] previous, double kappa) {
    int m = previous.length + 1;
    double[] next = new double[m];
    next[m - 1] = kappa;
    for (int j = 0; j < m - 1; j++) {
      next[j] = previous[j] - kappa * previous[m - 2 - j];
    }
    return next;
  }

  private static double[] criterion(double[] variances, int n, Criterion by) {
    double[] result = new double[variances.length];
    for (int m = 0; m < result.length; m++) {
      int parameters = m + 2;
      result[m] = by.of(n * Math.log(variances[m]) + 2 * parameters, parameters, n);
    }
    return result;
  }

  private static ArModel burg(double[] x, double mean, int most, boolean held, Criterion by) {
    int n = x.length;
    double[] forward = x.clone();
    double[] backward = x.clone();
    double[][] stages = new double[most + 1][];
    stages[0] = new double[0];
    double[] variances = new double[most + 1];
    variances[0] = Arrays.stream(x).map(v -> v * v).sum() / n;
    for (int m = 1; m <= most; m++) {
      double cross = 0;
      double power = 0;
      for (int t = m; t < n; t++) {
        cross += forward[t] * backward[t - 1];
        power += forward[t] * forward[t] + backward[t - 1] * backward[t - 1];
      }
      double kappa = 2 * cross / power;
      for (int t = n - 1; t >= m; t--) {
        double f = forward[t];
        forward[t] = f - kappa * backward[t - 1];
        backward[t] = backward[t - 1] - kappa * f;
      }
      stages[m] = extended(stages[m - 1], kappa);
      variances[m] = variances[m - 1] * (1 - kappa * kappa);
    }
    double[] criterion = criterion(variances, n, by);
    int order = choose(criterion, held);
    return new ArModel(stages[order], mean, 0, variances[order], criterion);
  }

  private static ArModel leastSquares(
      double[] x, double mean, int most, boolean held, Criterion by) {
    int n = x.length;
    LeastSquares[] fits = new LeastSquares[most + 1];
    double[] variances = new double[most + 1];
    for (int m = 0; m <= most; m++) {
      int rows = n - m;
      double[][] columns = new double[m + 1][rows];
      for (int t = 0; t < rows; t++) {
        columns[0][t] = 1;
        for (int j = 1; j <= m; j++) {
          columns[j][t] = x[m + t - j];
        }
      }
      fits[m] = LeastSquares.of(Arrays.copyOfRange(x, m, n), columns);
      variances[m] = fits[m].sumOfSquares() / rows;
    }
    double[] criterion = criterion(variances, n, by);
    int order = choose(criterion, held);
    double[] all = fits[order].coefficients();
    return new ArModel(
        Arrays.copyOfRange(all, 1, all.length), mean, all[0], variances[order], criterion);
  }

  private static ArModel maximumLikelihood(double[] x, int most, boolean held, Criterion by) {
    ArimaFit[] fits = new ArimaFit[most + 1];
    double[] criterion = new double[most + 1];
    Arrays.fill(criterion, Double.POSITIVE_INFINITY);
    for (int m = held ? most : 0; m <= most; m++) {
      fits[m] =
          Arima.fit(
              x,
              ArimaSpec.of(m, 0, 0),
              Regressors.NONE,
              FitOptions.defaults().withMethod(FitOptions.Method.ML));
      criterion[m] = by.of(fits[m]);
    }
    int order = choose(criterion, held);
    ArimaFit fit = fits[order];
    double level = fit.coefficients().getOrDefault("intercept", 0.0);
    return new ArModel(fit.phi(), level, 0, fit.sigma2Ml(), criterion);
  }
}
