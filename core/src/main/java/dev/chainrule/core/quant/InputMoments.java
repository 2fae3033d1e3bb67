package dev.chainrule.core.quant;

import dev.chainrule.base.InputException;

/**
 * What is known of the inputs x [I] of a matrix's products: the sums of {@code x x^T} over some
 * text. Of an error d of one of the matrix's rows, {@code d^T sums d} is the squared error of the
 * outputs.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record InputMoments(int size, float[] sums, boolean alsoTable) {
  /**
   * What of the mean square is added to all squares, so that inputs which the text hardly has do
   * not come out at random.
   */
  private static final double RIDGE = 0.01;

  /**
   * Moments.
   *
   * @param size I
   * @param sums [I, I]
   * @param alsoTable whether rows of the matrix are looked up, too: errors there count by their
   *     squares
   */
  public InputMoments {
    if (sums.length != (long) size * size) {
      throw new IllegalArgumentException(
          "%d sums of %d inputs, expected a square matrix".formatted(sums.length, size));
    }
  }

  /**
   * The upper triangular R of {@code sums = R R^T}, row by row [I, I]: sums divided by the mean
   * square, and a ridge.
   *
   * @throws InputException if sums are no numbers
   */
  float[] root() {
    int n = size;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += sums[i * n + i] / (double) n;
    }
    if (!(mean >= 0) || Double.isInfinite(mean)) {
      throw new InputException(
          "the calibration text gives inputs whose mean square is %s, expected a number"
              .formatted(mean));
    }
    double factor = mean > 0 ? 1 / mean : 0;
    double ridge = RIDGE + (alsoTable ? 1 : 0);
    double[] a = new double[Math.multiplyExact(n, n)];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i * n + j] = sums[i * n + j] * factor + (i == j ? ridge : 0);
      }
    }
    // From the last row on: what is left of the upper rows loses the outer product of its column.
    for (int k = n - 1; k >= 0; k--) {
      double pivot = Math.sqrt(Math.max(a[k * n + k], 1e-12));
      double[] column = new double[k];
      for (int i = 0; i < k; i++) {
        // The matrix is symmetric: its row is read in place of its column.
        column[i] = a[k * n + i] / pivot;
      }
      for (int i = 0; i < k; i++) {
        double c = column[i];
        for (int j = 0; j <= i; j++) {
          a[i * n + j] -= c * column[j];
        }
      }
      a[k * n + k] = pivot;
      System.arraycopy(column, 0, a, k * n, k);
    }
    // Row k of the array now holds column k of R, up to its diagonal.
    float[] root = new float[n * n];
    for (int k = 0; k < n; k++) {
      for (int i = 0; i <= k; i++) {
        root[i * n + k] = (float) a[k * n + i];
      }
    }
    return root;
  }
}
