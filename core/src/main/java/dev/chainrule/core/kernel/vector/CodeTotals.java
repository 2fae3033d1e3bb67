package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.CodeTiles.ROWS;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * Adds the sums of {@link CodeTiles} to the totals of two rows and two groups of outputs, scaled.
 * The additions and their order are those of {@link CodeScales}, to the bit: a whole number that is
 * multiplied there before it becomes a float stays below 2^24, so that here it may become one
 * first.
 *
 * <p>Of all methods: {@code totals} are [2 rows, 2 groups] vectors from an index, {@code sums}
 * [parts, 4 rows, 2 groups] vectors of which the rows' begin at an index, and {@code first} is
 * where the scales of the rows' inputs begin, [blocks of 32, 4 rows].
 */
final class CodeTotals {
  private CodeTotals() {}

  static void add(
      CodeLayout layout,
      float[] totals,
      int to,
      float[] sums,
      int from,
      CodePanel panel,
      int blocks,
      ByteRows x,
      int first) {
    switch (layout) {
      case Q4_0, Q5_0 -> symmetric(totals, to, sums, from, panel, blocks, x.scale, first);
      case Q4_1, Q5_1 -> affine(totals, to, sums, from, panel, blocks, x, first);
      case Q4_K, Q5_K -> {
        for (int b = 0; b < blocks; b++) {
          superBlock(totals, to, sums, from + 64 * b * WIDTH, panel, b, x, first + 32 * b);
        }
      }
      case Q6_K -> {
        for (int b = 0; b < blocks; b++) {
          int at = from + 128 * b * WIDTH;
          sixBits(totals, to, sums, at, panel, b, x.scale, first + 32 * b);
        }
      }
    }
  }

  private static void symmetric(
      float[] totals,
      int to,
      float[] sums,
      int from,
      CodePanel panel,
      int parts,
      float[] x,
      int first) {
    float[] scale = panel.scale;
    FloatVector t00 = fromArray(FLOATS, totals, to);
    FloatVector t01 = fromArray(FLOATS, totals, to + WIDTH);
    FloatVector t10 = fromArray(FLOATS, totals, to + 2 * WIDTH);
    FloatVector t11 = fromArray(FLOATS, totals, to + 3 * WIDTH);
    for (int p = 0; p < parts; p++) {
      int at = from + 8 * p * WIDTH;
      int input = first + ROWS * p;
      FloatVector u = fromArray(FLOATS, scale, 2 * p * WIDTH);
      FloatVector v = fromArray(FLOATS, scale, (2 * p + 1) * WIDTH);
      FloatVector f = broadcast(FLOATS, x[input]);
      t00 = u.mul(f).fma(fromArray(FLOATS, sums, at), t00);
      t01 = v.mul(f).fma(fromArray(FLOATS, sums, at + WIDTH), t01);
      f = broadcast(FLOATS, x[input + 1]);
      t10 = u.mul(f).fma(fromArray(FLOATS, sums, at + 2 * WIDTH), t10);
      t11 = v.mul(f).fma(fromArray(FLOATS, sums, at + 3 * WIDTH), t11);
    }
    t00.intoArray(totals, to);
    t01.intoArray(totals, to + WIDTH);
    t10.intoArray(totals, to + 2 * WIDTH);
    t11.intoArray(totals, to + 3 * WIDTH);
  }

  private static void affine(
      float[] totals,
      int to,
      float[] sums,
      int from,
      CodePanel panel,
      int parts,
      ByteRows inputs,
      int first) {
    float[] scale = panel.scale;
    float[] least = panel.least;
    float[] x = inputs.scale;
    float[] total = inputs.total;
    FloatVector t00 = fromArray(FLOATS, totals, to);
    FloatVector t01 = fromArray(FLOATS, totals, to + WIDTH);
    FloatVector t10 = fromArray(FLOATS, totals, to + 2 * WIDTH);
    FloatVector t11 = fromArray(FLOATS, totals, to + 3 * WIDTH);
    for (int p = 0; p < parts; p++) {
      int at = from + 8 * p * WIDTH;
      int input = first + ROWS * p;
      FloatVector u = fromArray(FLOATS, scale, 2 * p * WIDTH);
      FloatVector v = fromArray(FLOATS, scale, (2 * p + 1) * WIDTH);
      FloatVector f = broadcast(FLOATS, x[input]);
      t00 = u.mul(f).fma(fromArray(FLOATS, sums, at), t00);
      t01 = v.mul(f).fma(fromArray(FLOATS, sums, at + WIDTH), t01);
      f = broadcast(FLOATS, x[input + 1]);
      t10 = u.mul(f).fma(fromArray(FLOATS, sums, at + 2 * WIDTH), t10);
      t11 = v.mul(f).fma(fromArray(FLOATS, sums, at + 3 * WIDTH), t11);
      u = fromArray(FLOATS, least, 2 * p * WIDTH);
      v = fromArray(FLOATS, least, (2 * p + 1) * WIDTH);
      f = broadcast(FLOATS, total[input]);
      t00 = u.fma(f, t00);
      t01 = v.fma(f, t01);
      f = broadcast(FLOATS, total[input + 1]);
      t10 = u.fma(f, t10);
      t11 = v.fma(f, t11);
    }
    t00.intoArray(totals, to);
    t01.intoArray(totals, to + WIDTH);
    t10.intoArray(totals, to + 2 * WIDTH);
    t11.intoArray(totals, to + 3 * WIDTH);
  }

  private static void superBlock(
      float[] totals,
      int to,
      float[] sums,
      int from,
      CodePanel panel,
      int block,
      ByteRows inputs,
      int first) {
    float[] scale = panel.scale;
    float[] least = panel.least;
    float[] x = inputs.scale;
    float[] total = inputs.total;
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    FloatVector l00 = FloatVector.zero(FLOATS);
    FloatVector l01 = FloatVector.zero(FLOATS);
    FloatVector l10 = FloatVector.zero(FLOATS);
    FloatVector l11 = FloatVector.zero(FLOATS);
    int scales = 16 * block * WIDTH;
    for (int p = 0; p < 8; p++) {
      int at = from + 8 * p * WIDTH;
      int input = first + ROWS * p;
      FloatVector u = fromArray(FLOATS, scale, scales + 2 * p * WIDTH);
      FloatVector v = fromArray(FLOATS, scale, scales + (2 * p + 1) * WIDTH);
      FloatVector f = broadcast(FLOATS, x[input]);
      s00 = u.mul(fromArray(FLOATS, sums, at)).fma(f, s00);
      s01 = v.mul(fromArray(FLOATS, sums, at + WIDTH)).fma(f, s01);
      f = broadcast(FLOATS, x[input + 1]);
      s10 = u.mul(fromArray(FLOATS, sums, at + 2 * WIDTH)).fma(f, s10);
      s11 = v.mul(fromArray(FLOATS, sums, at + 3 * WIDTH)).fma(f, s11);
      u = fromArray(FLOATS, least, scales + 2 * p * WIDTH);
      v = fromArray(FLOATS, least, scales + (2 * p + 1) * WIDTH);
      f = broadcast(FLOATS, total[input]);
      l00 = u.fma(f, l00);
      l01 = v.fma(f, l01);
      f = broadcast(FLOATS, total[input + 1]);
      l10 = u.fma(f, l10);
      l11 = v.fma(f, l11);
    }
    FloatVector u = fromArray(FLOATS, panel.unit, 2 * block * WIDTH);
    FloatVector v = fromArray(FLOATS, panel.unit, (2 * block + 1) * WIDTH);
    s00 = u.fma(s00, fromArray(FLOATS, totals, to));
    s01 = v.fma(s01, fromArray(FLOATS, totals, to + WIDTH));
    s10 = u.fma(s10, fromArray(FLOATS, totals, to + 2 * WIDTH));
    s11 = v.fma(s11, fromArray(FLOATS, totals, to + 3 * WIDTH));
    u = fromArray(FLOATS, panel.leastUnit, 2 * block * WIDTH);
    v = fromArray(FLOATS, panel.leastUnit, (2 * block + 1) * WIDTH);
    u.fma(l00, s00).intoArray(totals, to);
    v.fma(l01, s01).intoArray(totals, to + WIDTH);
    u.fma(l10, s10).intoArray(totals, to + 2 * WIDTH);
    v.fma(l11, s11).intoArray(totals, to + 3 * WIDTH);
  }

  /** Q6_K: the parts of sixteen inputs share the scale of their inputs in twos. */
  private static void sixBits(
      float[] totals,
      int to,
      float[] sums,
      int from,
      CodePanel panel,
      int block,
      float[] x,
      int first) {
    float[] scale = panel.scale;
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    int scales = 32 * block * WIDTH;
    for (int p = 0; p < 8; p++) {
      int at = from + 16 * p * WIDTH;
      int input = first + ROWS * p;
      int next = at + 8 * WIDTH;
      FloatVector u = fromArray(FLOATS, scale, scales + 4 * p * WIDTH);
      FloatVector v = fromArray(FLOATS, scale, scales + (4 * p + 1) * WIDTH);
      FloatVector s = fromArray(FLOATS, scale, scales + (4 * p + 2) * WIDTH);
      FloatVector t = fromArray(FLOATS, scale, scales + (4 * p + 3) * WIDTH);
      FloatVector f = broadcast(FLOATS, x[input]);
      s00 = fromArray(FLOATS, sums, next).fma(s, u.mul(fromArray(FLOATS, sums, at))).fma(f, s00);
      s01 =
          fromArray(FLOATS, sums, next + WIDTH)
              .fma(t, v.mul(fromArray(FLOATS, sums, at + WIDTH)))
              .fma(f, s01);
      f = broadcast(FLOATS, x[input + 1]);
      s10 =
          fromArray(FLOATS, sums, next + 2 * WIDTH)
              .fma(s, u.mul(fromArray(FLOATS, sums, at + 2 * WIDTH)))
              .fma(f, s10);
      s11 =
          fromArray(FLOATS, sums, next + 3 * WIDTH)
              .fma(t, v.mul(fromArray(FLOATS, sums, at + 3 * WIDTH)))
              .fma(f, s11);
    }
    FloatVector u = fromArray(FLOATS, panel.unit, 2 * block * WIDTH);
    FloatVector v = fromArray(FLOATS, panel.unit, (2 * block + 1) * WIDTH);
    u.fma(s00, fromArray(FLOATS, totals, to)).intoArray(totals, to);
    v.fma(s01, fromArray(FLOATS, totals, to + WIDTH)).intoArray(totals, to + WIDTH);
    u.fma(s10, fromArray(FLOATS, totals, to + 2 * WIDTH)).intoArray(totals, to + 2 * WIDTH);
    v.fma(s11, fromArray(FLOATS, totals, to + 3 * WIDTH)).intoArray(totals, to + 3 * WIDTH);
  }
}
