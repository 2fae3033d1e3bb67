package dev.chainrule.arima;

import dev.chainrule.base.InputException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Seasonal ARIMA models with regressors: {@code phi(B) Phi(B^m) (1-B)^d (1-B^m)^D (y_t - x_t' beta)
 * = theta(B) Theta(B^m) e_t}, that is regression with ARIMA errors, in R's signs and names.
 *
 * <p>Estimation: see {@link FitOptions}. Box and Jenkins (1976); Harvey (1989); Gardner (1980).
 */
public final class Arima {
  private static final double BORDER = 1e-6;

  /** The sums of squares of larger values would overflow. */
  private static final double LARGEST = 1e100;

  private Arima() {}

  /** Fits without regressors and with the defaults. */
  public static ArimaFit fit(double[] y, ArimaSpec spec) {
    return fit(y, spec, Regressors.NONE, FitOptions.defaults());
  }

  /**
   * Fits a model of a given order.
   *
   * @param y the series [n]; NaN is missing
   * @throws InputException if the series or the regressors do not allow it
   */
  public static ArimaFit fit(
      double[] y, ArimaSpec spec, Regressors regressors, FitOptions options) {
    if (options.method() != FitOptions.Method.CSS) {
      checkInvertible(spec, options.fixed());
    }
    return fit(y, spec, regressors, options, null);
  }

  /** Refuses moving averages that are held where their errors could not be recovered. */
  private static void checkInvertible(ArimaSpec spec, Map<String, Double> fixed) {
    ArmaLayout layout = ArmaLayout.of(spec);
    double[] held = new double[layout.count()];
    List<String> names = layout.names();
    for (int i = 0; i < held.length; i++) {
      boolean average = names.get(i).contains("ma");
      if (average && !fixed.containsKey(names.get(i))) {
        return;
      }
      held[i] = average ? fixed.getOrDefault(names.get(i), 0.0) : 0;
    }
    double root = layout.smallestRoot(held);
    if (root < 1 - BORDER) {
      throw new InputException(
          spec
              + ": the moving-average part of the fixed coefficients is not invertible, found a root"
              + " of modulus "
              + root
              + ", expected none below 1.");
    }
  }

  static ArimaFit fit(
      double[] y,
      ArimaSpec spec,
      Regressors regressors,
      FitOptions options,
      double @Nullable [] heldSigma2) {
    checkSeries(y, regressors);
    double[] z = transform(y, options.boxCox());
    if (spec.armaCount() > 0 && isConstant(z) && options.fixed().isEmpty()) {
      throw new InputException(
          "the series is constant ("
              + firstValue(y)
              + "): there is nothing for "
              + spec
              + " to explain, expected a series that varies.");
    }
    Estimator estimator = new Estimator(z, spec, regressors, options);
    return new ArimaFit(y, z, regressors, spec, options, estimator, heldSigma2);
  }

  private static double[] transform(double[] y, @Nullable BoxCox boxCox) {
    if (boxCox == null) {
      return y;
    }
    double[] z = boxCox.transform(y);
    for (int t = 0; t < y.length; t++) {
      if (Double.isNaN(z[t]) != Double.isNaN(y[t]) || Double.isInfinite(z[t])) {
        throw new InputException(
            "lambda "
                + boxCox.lambda()
                + ": observation "
                + (t + 1)
                + " is "
                + y[t]
                + ", expected values above 0.");
      }
    }
    return z;
  }

  /** Refuses a series that is empty, all missing or not finite. */
  public static void checkSeries(double[] y) {
    int observed = 0;
    for (int t = 0; t < y.length; t++) {
      if (Double.isInfinite(y[t])) {
        throw new InputException(
            "observation " + (t + 1) + " is infinite, expected a number or a missing value.");
      }
      if (Math.abs(y[t]) > LARGEST) {
        throw new InputException(
            "observation " + (t + 1) + " is " + y[t] + ", expected magnitudes up to 1e100.");
      }
      observed += Double.isNaN(y[t]) ? 0 : 1;
    }
    if (observed == 0) {
      throw new InputException(
          y.length == 0
              ? "the series is empty, expected observations."
              : "all " + y.length + " observations are missing, expected some that are not.");
    }
  }

  /** Refuses such a series, and regressors of another length or with infinite values. */
  public static void checkSeries(double[] y, Regressors regressors) {
    checkSeries(y);
    if (regressors.count() > 0 && regressors.columns()[0].length != y.length) {
      throw new InputException(
          "regressors: found "
              + regressors.columns()[0].length
              + " rows, expected as many as the series has, "
              + y.length
              + ".");
    }
    checkFinite(regressors);
  }

  private static void checkFinite(Regressors regressors) {
    for (int c = 0; c < regressors.count(); c++) {
      for (double value : regressors.columns()[c]) {
        if (Double.isInfinite(value)) {
          throw new InputException(
              "regressor "
                  + regressors.names().get(c)
                  + ": found an infinite value, expected"
                  + " numbers.");
        }
      }
    }
  }

  static boolean isConstant(double[] y) {
    double first = firstValue(y);
    for (double value : y) {
      if (!Double.isNaN(value) && value != first) {
        return false;
      }
    }
    return true;
  }

  private static double firstValue(double[] y) {
    for (double value : y) {
      if (!Double.isNaN(value)) {
        return value;
      }
    }
    return Double.NaN;
  }
}
