package dev.chainrule.arima.linear;

import java.util.Arrays;

/**
 * Ordinary least squares by Householder reflections.
 *
 * @param coefficients one a column [k]; NaN for a column that depends on those before it
 * @param standardErrors of the coefficients [k]
 * @param residuals [n]
 * @param sumOfSquares of the residuals
 * @param rank independent columns
 */
@SuppressWarnings("ArrayRecordComponent")
public record LeastSquares(
    double[] coefficients,
    double[] standardErrors,
    double[] residuals,
    double sumOfSquares,
    int rank) {
  private static final double DEPENDENT = 1e-7;

  /**
   * Regresses y on columns; a constant is a column of ones like any other.
   *
   * @param y [n]
   * @param columns [k][n]
   */
  public static LeastSquares of(double[] y, double[]... columns) {
    int n = y.length;
    int k = columns.length;
    double[][] q = new double[k][];
    double[] rhs = y.clone();
    double[][] r = new double[k][k];
    int[] pivot = new int[k];
    int rank = 0;
    for (int c = 0; c < k; c++) {
      double[] column = columns[c].clone();
      for (int i = 0; i < rank; i++) {
        reflect(q[i], column, i);
      }
      double norm = norm(column, rank);
      if (rank >= n || !(norm > DEPENDENT * norm(columns[c], 0))) {
        continue;
      }
      double[] v = new double[n];
      System.arraycopy(column, rank, v, rank, n - rank);
      double head = column[rank] > 0 ? -norm : norm;
      v[rank] -= head;
      double scale = norm(v, rank);
      for (int t = rank; t < n; t++) {
        v[t] /= scale;
      }
      for (int i = 0; i < rank; i++) {
        r[i][rank] = column[i];
      }
      r[rank][rank] = head;
      q[rank] = v;
      reflect(v, rhs, rank);
      pivot[rank++] = c;
    }
    return solution(y, columns, r, rhs, Arrays.copyOf(pivot, rank));
  }

  private static LeastSquares solution(
      double[] y, double[][] columns, double[][] r, double[] rhs, int[] pivot) {
    int rank = pivot.length;
    double[] beta = new double[rank];
    double[][] inverse = new double[rank][rank];
    for (int i = rank - 1; i >= 0; i--) {
      double sum = rhs[i];
      for (int j = i + 1; j < rank; j++) {
        sum -= r[i][j] * beta[j];
      }
      beta[i] = sum / r[i][i];
      inverse[i][i] = 1 / r[i][i];
      for (int j = i + 1; j < rank; j++) {
        double s = 0;
        for (int m = i + 1; m <= j; m++) {
          s -= r[i][m] * inverse[m][j];
        }
        inverse[i][j] = s / r[i][i];
      }
    }
    double[] residuals = y.clone();
    for (int i = 0; i < rank; i++) {
      for (int t = 0; t < y.length; t++) {
        residuals[t] -= beta[i] * columns[pivot[i]][t];
      }
    }
    double rss = 0;
    for (double e : residuals) {
      rss += e * e;
    }
    double variance = rss / (y.length - rank);
    double[] coefficients = new double[columns.length];
    double[] errors = new double[columns.length];
    Arrays.fill(coefficients, Double.NaN);
    Arrays.fill(errors, Double.NaN);
    for (int i = 0; i < rank; i++) {
      coefficients[pivot[i]] = beta[i];
      double sum = 0;
      for (int j = i; j < rank; j++) {
        sum += inverse[i][j] * inverse[i][j];
      }
      errors[pivot[i]] = Math.sqrt(variance * sum);
    }
    return new LeastSquares(coefficients, errors, residuals, rss, rank);
  }

  private static void reflect(double[] v, double[] x, int from) {
    double dot = 0;
    for (int t = from; t < x.length; t++) {
      dot += v[t] * x[t];
    }
    for (int t = from; t < x.length; t++) {
      x[t] -= 2 * dot * v[t];
    }
  }

  private static double norm(double[] x, int from) {
    double sum = 0;
    for (int t = from; t < x.length; t++) {
      sum += x[t] * x[t];
    }
    return Math.sqrt(sum);
  }

  /** t value of a coefficient. */
  public double tValue(int column) {
    return coefficients[column] / standardErrors[column];
  }

  /** Log-likelihood of normal residuals at the variance of maximum likelihood. */
  public double logLikelihood() {
    double n = residuals.length;
    return -0.5 * n * (Math.log(2 * Math.PI) + Math.log(sumOfSquares / n) + 1);
  }
}
