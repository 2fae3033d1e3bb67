package dev.chainrule.arima;

import dev.chainrule.arima.statespace.ChandrasekharFilter;
import dev.chainrule.arima.statespace.Moments;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/**
 * Fixed-interval smoothing of missing values: each is an unknown in the differenced series, and
 * generalised least squares on those unknowns gives its mean and variance given all observations,
 * before and after (Gómez, Maravall and Peña 1999). That equals the Kalman smoother with a diffuse
 * start.
 */
public final class Interpolator {
  private static final int MOST_MISSING = 2_000;

  private Interpolator() {}

  /**
   * A series with its missing values filled.
   *
   * @param values observed ones as they are, missing ones by their conditional mean [n]
   * @param standardErrors 0 for observed ones [n]
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Filled(double[] values, double[] standardErrors) {}

  /**
   * Fills the series of a model, in the transformed series' unit where there is a transformation.
   */
  public static Filled fill(ArimaFit fit) {
    double[] z = fit.transformed().clone();
    int n = z.length;
    double[] errors = new double[n];
    int[] missing =
        java.util.stream.IntStream.range(0, n).filter(t -> Double.isNaN(z[t])).toArray();
    if (missing.length == 0) {
      return new Filled(z, errors);
    }
    if (missing.length > MOST_MISSING) {
      throw new InputException(
          "smoothing: found "
              + missing.length
              + " missing values, expected at most "
              + MOST_MISSING
              + ".");
    }
    double[] regression = fit.regression(n);
    double[][] columns = new double[missing.length + 1][n];
    for (int t = 0; t < n; t++) {
      columns[0][t] = Double.isNaN(z[t]) ? 0 : z[t] - regression[t];
    }
    for (int i = 0; i < missing.length; i++) {
      columns[i + 1][missing[i]] = -1;
    }
    double[] delta = fit.spec().delta();
    double[][] differenced = new double[columns.length][];
    for (int c = 0; c < columns.length; c++) {
      differenced[c] = difference(columns[c], delta);
    }
    Moments moments = new Moments(columns.length);
    double[] beta = new double[missing.length];
    if (!new ChandrasekharFilter(differenced).filter(fit.phi(), fit.theta(), moments)
        || !moments.solve(beta)) {
      throw new InputException(
          "smoothing: the missing values cannot be told from the observed ones, expected more"
              + " observations.");
    }
    double[][] information = new double[missing.length][missing.length];
    for (int i = 0; i < missing.length; i++) {
      for (int j = 0; j < missing.length; j++) {
        information[i][j] = moments.gram(i + 1, j + 1);
      }
    }
    double[][] covariance =
        new CholeskyDecomposition(new Array2DRowRealMatrix(information, false), 1e-6, 1e-300)
            .getSolver()
            .getInverse()
            .getData();
    for (int i = 0; i < missing.length; i++) {
      z[missing[i]] = beta[i] + regression[missing[i]];
      errors[missing[i]] = Math.sqrt(fit.sigma2() * covariance[i][i]);
    }
    return new Filled(z, errors);
  }

  private static double[] difference(double[] x, double[] delta) {
    int lost = delta.length;
    double[] result = Arrays.copyOfRange(x, lost, x.length);
    for (int t = 0; t < result.length; t++) {
      for (int k = 0; k < lost; k++) {
        result[t] -= delta[k] * x[t + lost - 1 - k];
      }
    }
    return result;
  }
}
