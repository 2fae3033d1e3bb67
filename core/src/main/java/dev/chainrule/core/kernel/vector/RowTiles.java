package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * Products of two rows with four outputs, for matrices of many rows: eight sums stay in registers.
 * Rows and weights are arrays, because the compiler checks their bounds before a loop with less ado
 * than those of memory.
 */
final class RowTiles {
  /** Rows of a tile. */
  static final int ROWS = 2;

  /** Outputs of a tile. */
  static final int OUTPUTS = 4;

  /** Floats of its sums, [rows, outputs] vectors. */
  static final int SUMS = ROWS * OUTPUTS * WIDTH;

  private RowTiles() {}

  /**
   * Adds products of vectors to sums.
   *
   * @param x [n, 2] vectors from an index
   * @param w [n, 4] vectors from an index
   * @param before sums so far, from an index
   * @param sums written, from an index
   */
  static void add(
      float[] x,
      int xFrom,
      float[] w,
      int wFrom,
      int n,
      float[] before,
      int from,
      float[] sums,
      int to) {
    FloatVector a00 = fromArray(FLOATS, before, from);
    FloatVector a01 = fromArray(FLOATS, before, from + WIDTH);
    FloatVector a02 = fromArray(FLOATS, before, from + 2 * WIDTH);
    FloatVector a03 = fromArray(FLOATS, before, from + 3 * WIDTH);
    FloatVector a10 = fromArray(FLOATS, before, from + 4 * WIDTH);
    FloatVector a11 = fromArray(FLOATS, before, from + 5 * WIDTH);
    FloatVector a12 = fromArray(FLOATS, before, from + 6 * WIDTH);
    FloatVector a13 = fromArray(FLOATS, before, from + 7 * WIDTH);
    for (int i = 0; i < n; i++) {
      int p = xFrom + i * ROWS * WIDTH;
      int q = wFrom + i * OUTPUTS * WIDTH;
      FloatVector x0 = fromArray(FLOATS, x, p);
      FloatVector x1 = fromArray(FLOATS, x, p + WIDTH);
      FloatVector v = fromArray(FLOATS, w, q);
      a00 = v.fma(x0, a00);
      a10 = v.fma(x1, a10);
      v = fromArray(FLOATS, w, q + WIDTH);
      a01 = v.fma(x0, a01);
      a11 = v.fma(x1, a11);
      v = fromArray(FLOATS, w, q + 2 * WIDTH);
      a02 = v.fma(x0, a02);
      a12 = v.fma(x1, a12);
      v = fromArray(FLOATS, w, q + 3 * WIDTH);
      a03 = v.fma(x0, a03);
      a13 = v.fma(x1, a13);
    }
    a00.intoArray(sums, to);
    a01.intoArray(sums, to + WIDTH);
    a02.intoArray(sums, to + 2 * WIDTH);
    a03.intoArray(sums, to + 3 * WIDTH);
    a10.intoArray(sums, to + 4 * WIDTH);
    a11.intoArray(sums, to + 5 * WIDTH);
    a12.intoArray(sums, to + 6 * WIDTH);
    a13.intoArray(sums, to + 7 * WIDTH);
  }

  /** {@link Lanes#sum} of the vector at an index. */
  static float sumAt(float[] x, int at) {
    if (WIDTH == 8) {
      return ((x[at] + x[at + 4]) + (x[at + 2] + x[at + 6]))
          + ((x[at + 1] + x[at + 5]) + (x[at + 3] + x[at + 7]));
    }
    // The same additions, lane by lane: of halves, of quarters, ...
    for (int half = WIDTH / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        x[at + i] += x[at + half + i];
      }
    }
    return x[at];
  }
}
