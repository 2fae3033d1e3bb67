package dev.chainrule.arima;

import dev.chainrule.arima.linear.LeastSquares;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/** Choice of the Box-Cox power from the series. */
public final class BoxCoxSelection {
  private static final double LIKELIHOOD_STEP = 0.05;

  private BoxCoxSelection() {}

  /**
   * Guerrero (1993): the power that makes the spread of blocks of a season most nearly proportional
   * to their level.
   *
   * @param lower smallest power; R takes -1, and -0.9 inside its automatic models
   */
  public static double guerrero(double[] x, int period, double lower, double upper) {
    checkPositive(x);
    int block = Math.max(2, period);
    int blocks = x.length / block;
    if (blocks < 2) {
      return 1;
    }
    double[] means = new double[blocks];
    double[] deviations = new double[blocks];
    int skip = x.length - blocks * block;
    for (int b = 0; b < blocks; b++) {
      int from = skip + b * block;
      double[] part = Arrays.stream(x, from, from + block).filter(v -> !Double.isNaN(v)).toArray();
      means[b] = Arrays.stream(part).average().orElse(Double.NaN);
      deviations[b] = deviation(part);
    }
    return minimise(lambda -> variation(means, deviations, lambda), lower, upper);
  }

  private static double variation(double[] means, double[] deviations, double lambda) {
    double[] ratios = new double[means.length];
    for (int b = 0; b < ratios.length; b++) {
      ratios[b] = deviations[b] / Math.pow(means[b], 1 - lambda);
    }
    double[] present = Arrays.stream(ratios).filter(v -> !Double.isNaN(v)).toArray();
    return deviation(present) / Arrays.stream(present).average().orElse(Double.NaN);
  }

  private static double deviation(double[] x) {
    double mean = Arrays.stream(x).average().orElse(Double.NaN);
    double sum = 0;
    for (double v : x) {
      sum += (v - mean) * (v - mean);
    }
    return Math.sqrt(sum / (x.length - 1));
  }

  private static double minimise(DoubleUnaryOperator function, double lower, double upper) {
    return new BrentOptimizer(1e-8, 1e-10)
        .optimize(
            new MaxEval(500),
            GoalType.MINIMIZE,
            new UnivariateObjectiveFunction(function::applyAsDouble),
            new SearchInterval(lower, upper))
        .getPoint();
  }

  /**
   * The power of the largest profile likelihood of a trend and a season, on a grid of 0.05 and
   * {@code lower} to {@code upper}.
   */
  public static double logLikelihood(double[] x, int period, double lower, double upper) {
    checkPositive(x);
    double[] present = Arrays.stream(x).filter(v -> !Double.isNaN(v)).toArray();
    int n = present.length;
    double logSum = Arrays.stream(present).map(Math::log).sum();
    double geometric = Math.exp(logSum / n);
    double[][] columns = seasonAndTrend(n, period);
    double best = lower;
    double largest = Double.NEGATIVE_INFINITY;
    int steps = (int) Math.round((upper - lower) / LIKELIHOOD_STEP);
    for (int i = 0; i <= steps; i++) {
      double lambda = lower + i * LIKELIHOOD_STEP;
      boolean log = Math.abs(lambda) < 1e-9;
      double[] z = new double[n];
      for (int t = 0; t < n; t++) {
        z[t] =
            log
                ? geometric * Math.log(present[t])
                : (Math.pow(present[t], lambda) - 1) / (lambda * Math.pow(geometric, lambda - 1));
      }
      double value = -0.5 * n * Math.log(LeastSquares.of(z, columns).sumOfSquares());
      if (value > largest) {
        largest = value;
        best = log ? 0 : lambda;
      }
    }
    return best;
  }

  private static double[][] seasonAndTrend(int n, int period) {
    double[][] columns = new double[Math.max(1, period) + 1][n];
    for (int t = 0; t < n; t++) {
      columns[0][t] = 1;
      columns[1][t] = t + 1.0;
      if (period > 1 && t % period > 0) {
        columns[1 + t % period][t] = 1;
      }
    }
    return columns;
  }

  private static void checkPositive(double[] x) {
    for (int t = 0; t < x.length; t++) {
      if (x[t] <= 0) {
        throw new InputException(
            "lambda auto: observation " + (t + 1) + " is " + x[t] + ", expected values above 0.");
      }
    }
  }
}
