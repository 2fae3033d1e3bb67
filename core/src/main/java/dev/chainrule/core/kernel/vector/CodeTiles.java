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
 * CodePanel}: exact in 16 bits, eight of them in registers, which become floats in memory for
 * {@link CodeTotals}. All is in arrays, because the compiler checks their bounds before a loop.
 */
final class CodeTiles {
  /** Rows of a tile. */
  static final int ROWS = 4;

  private CodeTiles() {}

  /**
   * Sums of codes times inputs: of even ones in the lower halves of lanes and of odd ones in the
   * upper, then both as a float.
   *
   * @param sums [parts, 4 rows, 2 groups] vectors, written
   * @param x pairs of inputs [pairs, 4 rows] from an index: one register then leads to all of them
   * @param codes [pairs, 2 groups] vectors
   * @param pairs of inputs
   * @param part pairs that share a scale, a power of two
   */
  static void sums(float[] sums, float[] x, int from, float[] codes, int pairs, int part) {
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
      int at = 2 * i * WIDTH;
      int pair = from + ROWS * i;
      ShortVector v = fromArray(FLOATS, codes, at).reinterpretAsShorts();
      ShortVector u = fromArray(FLOATS, codes, at + WIDTH).reinterpretAsShorts();
      ShortVector f = broadcast(FLOATS, x[pair]).reinterpretAsShorts();
      s00 = v.mul(f).add(s00);
      s01 = u.mul(f).add(s01);
      f = broadcast(FLOATS, x[pair + 1]).reinterpretAsShorts();
      s10 = v.mul(f).add(s10);
      s11 = u.mul(f).add(s11);
      f = broadcast(FLOATS, x[pair + 2]).reinterpretAsShorts();
      s20 = v.mul(f).add(s20);
      s21 = u.mul(f).add(s21);
      f = broadcast(FLOATS, x[pair + 3]).reinterpretAsShorts();
      s30 = v.mul(f).add(s30);
      s31 = u.mul(f).add(s31);
      if ((i & last) == last) {
        IntVector halves = s00.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to);
        halves = s01.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to + WIDTH);
        halves = s10.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to + 2 * WIDTH);
        halves = s11.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to + 3 * WIDTH);
        halves = s20.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to + 4 * WIDTH);
        halves = s21.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to + 5 * WIDTH);
        halves = s30.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to + 6 * WIDTH);
        halves = s31.reinterpretAsInts();
        ((FloatVector)
                halves
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(halves.lanewise(ASHR, 16))
                    .convertShape(I2F, FLOATS, 0))
            .intoArray(sums, to + 7 * WIDTH);
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

  /** Adds a row's offsets [parts, 4 rows] to its sums. */
  static void shift(float[] sums, int row, int parts, float[] offset, int first) {
    for (int p = 0; p < parts; p++) {
      FloatVector added = broadcast(FLOATS, offset[first + ROWS * p]);
      int at = (8 * p + 2 * row) * WIDTH;
      fromArray(FLOATS, sums, at).add(added).intoArray(sums, at);
      fromArray(FLOATS, sums, at + WIDTH).add(added).intoArray(sums, at + WIDTH);
    }
  }
}
