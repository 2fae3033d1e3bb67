package dev.chainrule.arima.statespace;

import java.util.Arrays;

/**
 * What a filter tells about several columns (the series first, then its regressors) that it
 * whitened together: enough for the likelihood at any regression coefficients.
 */
public final class Moments {
  final int columns;
  final double[] gram;
  double sumLogVariance;
  int count;

  /**
   * Room for some columns.
   *
   * @param columns how many, at least 1
   */
  public Moments(int columns) {
    this.columns = columns;
    this.gram = new double[columns * columns];
  }

  void clear() {
    Arrays.fill(gram, 0);
    sumLogVariance = 0;
    count = 0;
  }

  /** How many columns there are. */
  public int columns() {
    return columns;
  }

  /** Sum over the counted observations of column i times column j, both whitened. */
  public double gram(int i, int j) {
    return gram[i * columns + j];
  }

  /** Sum of the logarithms of the innovation variances, in units of sigma^2. */
  public double sumLogVariance() {
    return sumLogVariance;
  }

  /** How many observations were counted. */
  public int count() {
    return count;
  }

  /** Sum of squared standardised innovations of column 0 minus the others times {@code beta}. */
  public double sumOfSquares(double[] beta) {
    double sum = gram[0];
    for (int i = 1; i < columns; i++) {
      sum -= 2 * beta[i - 1] * gram[i];
      for (int j = 1; j < columns; j++) {
        sum += beta[i - 1] * beta[j - 1] * gram[i * columns + j];
      }
    }
    return sum;
  }

  /**
   * The regression coefficients that minimise the sum of squares, by Cholesky.
   *
   * @return false where the columns are collinear
   */
  public boolean solve(double[] beta) {
    int k = columns - 1;
    double[] l = new double[k * k];
    double[] z = new double[k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = gram(i + 1, j + 1);
        for (int m = 0; m < j; m++) {
          sum -= l[i * k + m] * l[j * k + m];
        }
        if (i == j) {
          if (!(sum > 1e-14 * gram(i + 1, i + 1))) {
            return false;
          }
          l[i * k + i] = Math.sqrt(sum);
        } else {
          l[i * k + j] = sum / l[j * k + j];
        }
      }
      double sum = gram(i + 1, 0);
      for (int m = 0; m < i; m++) {
        sum -= l[i * k + m] * z[m];
      }
      z[i] = sum / l[i * k + i];
    }
    for (int i = k - 1; i >= 0; i--) {
      double sum = z[i];
      for (int m = i + 1; m < k; m++) {
        sum -= l[m * k + i] * beta[m];
      }
      beta[i] = sum / l[i * k + i];
    }
    return true;
  }
}
