package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.SPECIES_128;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

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

  private static final VectorShuffle<Float> BY_8 = exchange(8);
  private static final VectorShuffle<Float> BY_4 = exchange(4);
  private static final VectorShuffle<Float> BY_2 = exchange(2);
  private static final VectorShuffle<Float> BY_1 = exchange(1);
  private static final VectorShuffle<Float> EVERY_OTHER =
      VectorShuffle.fromOp(FLOATS, i -> 2 * i % WIDTH);
  private static final VectorMask<Float> FOURS = lanesWith(4);
  private static final VectorMask<Float> TWOS = lanesWith(2);

  private RowTiles() {}

  private static VectorShuffle<Float> exchange(int bit) {
    return VectorShuffle.fromOp(FLOATS, i -> (i ^ bit) % WIDTH);
  }

  private static VectorMask<Float> lanesWith(int bit) {
    boolean[] lanes = new boolean[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(FLOATS, lanes, 0);
  }

  /**
   * Adds products of vectors to sums: those of even vectors, then those of odd ones, in one loop,
   * because before each the compiler checks bounds.
   *
   * @param x [2 n, 2] vectors from an index, even ones first
   * @param w [2 n, 4] vectors from an index, even ones first
   * @param before sums so far, from an index, and {@code step} behind those of odd vectors
   * @param sums written, from an index, those of odd vectors {@link #SUMS} behind
   */
  static void add(
      float[] x,
      int xFrom,
      float[] w,
      int wFrom,
      int n,
      float[] before,
      int from,
      int step,
      float[] sums,
      int to) {
    int at = to;
    FloatVector a00 = fromArray(FLOATS, before, from);
    FloatVector a01 = fromArray(FLOATS, before, from + WIDTH);
    FloatVector a02 = fromArray(FLOATS, before, from + 2 * WIDTH);
    FloatVector a03 = fromArray(FLOATS, before, from + 3 * WIDTH);
    FloatVector a10 = fromArray(FLOATS, before, from + 4 * WIDTH);
    FloatVector a11 = fromArray(FLOATS, before, from + 5 * WIDTH);
    FloatVector a12 = fromArray(FLOATS, before, from + 6 * WIDTH);
    FloatVector a13 = fromArray(FLOATS, before, from + 7 * WIDTH);
    for (int i = 0; i < 2 * n; i++) {
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
      if (i == n - 1) {
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH);
        a02.intoArray(sums, at + 2 * WIDTH);
        a03.intoArray(sums, at + 3 * WIDTH);
        a10.intoArray(sums, at + 4 * WIDTH);
        a11.intoArray(sums, at + 5 * WIDTH);
        a12.intoArray(sums, at + 6 * WIDTH);
        a13.intoArray(sums, at + 7 * WIDTH);
        at += SUMS;
        int next = from + step;
        a00 = fromArray(FLOATS, before, next);
        a01 = fromArray(FLOATS, before, next + WIDTH);
        a02 = fromArray(FLOATS, before, next + 2 * WIDTH);
        a03 = fromArray(FLOATS, before, next + 3 * WIDTH);
        a10 = fromArray(FLOATS, before, next + 4 * WIDTH);
        a11 = fromArray(FLOATS, before, next + 5 * WIDTH);
        a12 = fromArray(FLOATS, before, next + 6 * WIDTH);
        a13 = fromArray(FLOATS, before, next + 7 * WIDTH);
      }
    }
    a00.intoArray(sums, at);
    a01.intoArray(sums, at + WIDTH);
    a02.intoArray(sums, at + 2 * WIDTH);
    a03.intoArray(sums, at + 3 * WIDTH);
    a10.intoArray(sums, at + 4 * WIDTH);
    a11.intoArray(sums, at + 5 * WIDTH);
    a12.intoArray(sums, at + 6 * WIDTH);
    a13.intoArray(sums, at + 7 * WIDTH);
  }

  /**
   * The four outputs of a row of a tile: {@link Lanes#sumAt} of each vector, all four in the lanes
   * of one.
   *
   * @param even the row's sums of even vectors in sums, before those of odd ones
   * @param to whole vector, of which the first four lanes are the outputs
   */
  static void outputs(float[] sums, int even, float[] to) {
    int odd = even + SUMS;
    FloatVector a = fromArray(FLOATS, sums, even).add(fromArray(FLOATS, sums, odd));
    FloatVector b = fromArray(FLOATS, sums, even + WIDTH).add(fromArray(FLOATS, sums, odd + WIDTH));
    FloatVector c =
        fromArray(FLOATS, sums, even + 2 * WIDTH).add(fromArray(FLOATS, sums, odd + 2 * WIDTH));
    FloatVector d =
        fromArray(FLOATS, sums, even + 3 * WIDTH).add(fromArray(FLOATS, sums, odd + 3 * WIDTH));
    if (WIDTH >= 16) {
      a = a.add(a.rearrange(BY_8));
      b = b.add(b.rearrange(BY_8));
      c = c.add(c.rearrange(BY_8));
      d = d.add(d.rearrange(BY_8));
    }
    // Lanes with this bit are another vector's: two vectors are halved in one addition.
    FloatVector ac = a.blend(c.rearrange(BY_4), FOURS).add(a.rearrange(BY_4).blend(c, FOURS));
    FloatVector bd = b.blend(d.rearrange(BY_4), FOURS).add(b.rearrange(BY_4).blend(d, FOURS));
    FloatVector all = ac.blend(bd.rearrange(BY_2), TWOS).add(ac.rearrange(BY_2).blend(bd, TWOS));
    all.add(all.rearrange(BY_1)).rearrange(EVERY_OTHER).intoArray(to, 0);
  }

  /** Writes four outputs, with what is added to them. */
  static void put(long y, long base, long bias, float[] outputs) {
    fromArray(SPECIES_128, outputs, 0)
        .add(fromMemorySegment(SPECIES_128, ALL, bias, ORDER))
        .add(fromMemorySegment(SPECIES_128, ALL, base, ORDER))
        .intoMemorySegment(ALL, y, ORDER);
  }

  /** As {@link #outputs}, for vectors of four lanes and fewer. */
  static void outputsOneByOne(float[] sums, int even, float[] to) {
    for (int i = 0; i < OUTPUTS; i++) {
      int at = even + i * WIDTH;
      fromArray(FLOATS, sums, at).add(fromArray(FLOATS, sums, at + SUMS)).intoArray(sums, at);
      for (int half = WIDTH / 2; half > 0; half /= 2) {
        for (int lane = 0; lane < half; lane++) {
          sums[at + lane] += sums[at + half + lane];
        }
      }
      to[i] = sums[at];
    }
  }
}
