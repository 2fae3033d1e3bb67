package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * Products of three rows with two outputs, for matrices of many rows: twelve sums stay in
 * registers. Sums and their order are those of {@link MatVec}. Rows and weights are arrays, because
 * the compiler checks their bounds before a loop with less ado than those of memory.
 */
final class RowTiles {
  private RowTiles() {}

  /**
   * Sums of three rows, which may be the same, with two rows of weights.
   *
   * @param x0 where the first row begins in x
   * @param w0 where the first output's weights begin in w, those of the other follow
   * @param in whole pairs of vectors
   * @param sums [3, 2] vectors
   */
  static void tile(float[] x, int x0, int x1, int x2, float[] w, int w0, int in, float[] sums) {
    FloatVector a00 = FloatVector.zero(FLOATS);
    FloatVector a01 = FloatVector.zero(FLOATS);
    FloatVector a10 = FloatVector.zero(FLOATS);
    FloatVector a11 = FloatVector.zero(FLOATS);
    FloatVector a20 = FloatVector.zero(FLOATS);
    FloatVector a21 = FloatVector.zero(FLOATS);
    FloatVector b00 = FloatVector.zero(FLOATS);
    FloatVector b01 = FloatVector.zero(FLOATS);
    FloatVector b10 = FloatVector.zero(FLOATS);
    FloatVector b11 = FloatVector.zero(FLOATS);
    FloatVector b20 = FloatVector.zero(FLOATS);
    FloatVector b21 = FloatVector.zero(FLOATS);
    int w1 = w0 + in;
    for (int i = 0; i < in; i += 2 * WIDTH) {
      FloatVector u = fromArray(FLOATS, w, w0 + i);
      FloatVector v = fromArray(FLOATS, w, w1 + i);
      FloatVector row = fromArray(FLOATS, x, x0 + i);
      a00 = u.fma(row, a00);
      a01 = v.fma(row, a01);
      row = fromArray(FLOATS, x, x1 + i);
      a10 = u.fma(row, a10);
      a11 = v.fma(row, a11);
      row = fromArray(FLOATS, x, x2 + i);
      a20 = u.fma(row, a20);
      a21 = v.fma(row, a21);
      u = fromArray(FLOATS, w, w0 + i + WIDTH);
      v = fromArray(FLOATS, w, w1 + i + WIDTH);
      row = fromArray(FLOATS, x, x0 + i + WIDTH);
      b00 = u.fma(row, b00);
      b01 = v.fma(row, b01);
      row = fromArray(FLOATS, x, x1 + i + WIDTH);
      b10 = u.fma(row, b10);
      b11 = v.fma(row, b11);
      row = fromArray(FLOATS, x, x2 + i + WIDTH);
      b20 = u.fma(row, b20);
      b21 = v.fma(row, b21);
    }
    a00.add(b00).intoArray(sums, 0);
    a01.add(b01).intoArray(sums, WIDTH);
    a10.add(b10).intoArray(sums, 2 * WIDTH);
    a11.add(b11).intoArray(sums, 3 * WIDTH);
    a20.add(b20).intoArray(sums, 4 * WIDTH);
    a21.add(b21).intoArray(sums, 5 * WIDTH);
  }

  /** {@link Lanes#sum} of the vector at an index. */
  static float sumAt(float[] sums, int at) {
    // The same additions, lane by lane: of halves, of quarters, ...
    float[] lanes = sums;
    for (int half = WIDTH / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[at + i] += lanes[at + half + i];
      }
    }
    return lanes[at];
  }
}
