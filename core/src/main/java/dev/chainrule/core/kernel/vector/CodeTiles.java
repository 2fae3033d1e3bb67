package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.ByteRows.SHORTS;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Sums of codes times rounded inputs, for four rows and the two groups of outputs of a {@link
 * CodePanel}: exact in 16 bits, eight of them in registers, then floats in memory, for {@link
 * CodeTotals}. They are [parts, 4 rows, 2 groups] vectors. All is in arrays, because the compiler
 * checks their bounds before a loop.
 */
final class CodeTiles {
  private CodeTiles() {}

  /**
   * Sums of codes times inputs, even ones in the lower halves of lanes and odd ones in the upper.
   *
   * @param x0 the first row's first pair in x
   * @param pairs of inputs
   * @param part pairs that share a scale, a power of two
   */
  static void sums(
      float[] sums, float[] x, int x0, int x1, int x2, int x3, float[] codes, int pairs, int part) {
    int last = part - 1;
    int to = 0;
    ShortVector s00 = ShortVector.zero(SHORTS);
    ShortVector s01 = ShortVector.zero(SHORTS);
    ShortVector s10 = ShortVector.zero(SHORTS);
    ShortVector s11 = ShortVector.zero(SHORTS);
    ShortVector s20 = ShortVector.zero(SHORTS);
    ShortVector s21 = ShortVector.zero(SHORTS);
    ShortVector s30 = ShortVector.zero(SHORTS);
    ShortVector s31 = ShortVector.zero(SHORTS);
    for (int i = 0; i < pairs; i++) {
      ShortVector v = fromArray(FLOATS, codes, 2 * i * WIDTH).reinterpretAsShorts();
      ShortVector u = fromArray(FLOATS, codes, (2 * i + 1) * WIDTH).reinterpretAsShorts();
      ShortVector f = broadcast(FLOATS, x[x0 + i]).reinterpretAsShorts();
      s00 = v.mul(f).add(s00);
      s01 = u.mul(f).add(s01);
      f = broadcast(FLOATS, x[x1 + i]).reinterpretAsShorts();
      s10 = v.mul(f).add(s10);
      s11 = u.mul(f).add(s11);
      f = broadcast(FLOATS, x[x2 + i]).reinterpretAsShorts();
      s20 = v.mul(f).add(s20);
      s21 = u.mul(f).add(s21);
      f = broadcast(FLOATS, x[x3 + i]).reinterpretAsShorts();
      s30 = v.mul(f).add(s30);
      s31 = u.mul(f).add(s31);
      if ((i & last) == last) {
        s00.reinterpretAsFloats().intoArray(sums, to);
        s01.reinterpretAsFloats().intoArray(sums, to + WIDTH);
        s10.reinterpretAsFloats().intoArray(sums, to + 2 * WIDTH);
        s11.reinterpretAsFloats().intoArray(sums, to + 3 * WIDTH);
        s20.reinterpretAsFloats().intoArray(sums, to + 4 * WIDTH);
        s21.reinterpretAsFloats().intoArray(sums, to + 5 * WIDTH);
        s30.reinterpretAsFloats().intoArray(sums, to + 6 * WIDTH);
        s31.reinterpretAsFloats().intoArray(sums, to + 7 * WIDTH);
        to += 8 * WIDTH;
        s00 = ShortVector.zero(SHORTS);
        s01 = ShortVector.zero(SHORTS);
        s10 = ShortVector.zero(SHORTS);
        s11 = ShortVector.zero(SHORTS);
        s20 = ShortVector.zero(SHORTS);
        s21 = ShortVector.zero(SHORTS);
        s30 = ShortVector.zero(SHORTS);
        s31 = ShortVector.zero(SHORTS);
      }
    }
  }

  /** Adds the halves of each lane, and makes floats of the sums. */
  static void toFloats(float[] sums, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      IntVector halves = fromArray(FLOATS, sums, i).reinterpretAsInts();
      ((FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0))
          .intoArray(sums, i);
    }
  }

  /** Adds a row's offsets to its sums. */
  static void shift(float[] sums, int row, int parts, float[] offset, int first) {
    for (int p = 0; p < parts; p++) {
      FloatVector added = broadcast(FLOATS, offset[first + p]);
      int at = (8 * p + 2 * row) * WIDTH;
      fromArray(FLOATS, sums, at).add(added).intoArray(sums, at);
      fromArray(FLOATS, sums, at + WIDTH).add(added).intoArray(sums, at + WIDTH);
    }
  }
}
