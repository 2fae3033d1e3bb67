package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.ByteRows.SHORTS;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Sums of codes times rounded inputs, exact in 16 bits, for a group of outputs: of each part a
 * vector, in each half lane the even or the odd inputs of its output. Sums begin where {@link
 * ByteRows#start} says, and go to memory.
 */
final class CodeSums {
  private CodeSums() {}

  /** One row, codes of 5 or 6 bits: adds the low bits' sums to what the high bits' are. */
  static void more(
      long weights, CodeLayout layout, int blocks, ByteRows x, int pair, int part, long sums) {
    long skip = layout.scaleBytes();
    int parts = layout.parts();
    int vectors = layout.lowVectors();
    boolean ones = layout.highBits == 1;
    float[] low = x.low;
    long w = weights;
    long to = sums;
    int i = pair;
    int start = part;
    for (int b = 0; b < blocks; b++) {
      for (int p = 0; p < parts; p++) {
        long upper = w + (long) vectors * BYTES;
        if (ones) {
          ones(upper, x.high, i, x.start[start], to);
        } else {
          twos(upper, x.high, i, x.start[start], to);
        }
        ShortVector sum = ShortVector.fromMemorySegment(SHORTS, ALL, to, ORDER);
        for (; w < upper; w += BYTES) {
          ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
          sum = v.mul(FloatVector.broadcast(FLOATS, low[i]).reinterpretAsShorts()).add(sum);
          sum =
              v.lanewise(LSHR, 4)
                  .mul(FloatVector.broadcast(FLOATS, low[i + 1]).reinterpretAsShorts())
                  .add(sum);
          sum =
              v.lanewise(LSHR, 8)
                  .mul(FloatVector.broadcast(FLOATS, low[i + 2]).reinterpretAsShorts())
                  .add(sum);
          sum =
              v.lanewise(LSHR, 12)
                  .mul(FloatVector.broadcast(FLOATS, low[i + 3]).reinterpretAsShorts())
                  .add(sum);
          i += 4;
        }
        sum.intoMemorySegment(ALL, to, ORDER);
        to += BYTES;
        w += BYTES;
        start++;
      }
      w += skip;
    }
  }

  /** The sums of the fifth bits, sixteen inputs of each half lane. */
  private static void ones(long bits, float[] x, int at, int start, long to) {
    ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, bits, ORDER);
    ShortVector sum = IntVector.broadcast(INTS, start).reinterpretAsShorts();
    for (int i = at; i < at + 16; i += 4) {
      sum = v.mul(FloatVector.broadcast(FLOATS, x[i]).reinterpretAsShorts()).add(sum);
      sum =
          v.lanewise(LSHR, 1)
              .mul(FloatVector.broadcast(FLOATS, x[i + 1]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 2)
              .mul(FloatVector.broadcast(FLOATS, x[i + 2]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 3)
              .mul(FloatVector.broadcast(FLOATS, x[i + 3]).reinterpretAsShorts())
              .add(sum);
      v = v.lanewise(LSHR, 4);
    }
    sum.intoMemorySegment(ALL, to, ORDER);
  }

  /** The sums of the fifth and sixth bits, eight inputs of each half lane. */
  private static void twos(long bits, float[] x, int at, int start, long to) {
    ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, bits, ORDER);
    ShortVector sum = IntVector.broadcast(INTS, start).reinterpretAsShorts();
    for (int i = at; i < at + 8; i += 4) {
      sum = v.mul(FloatVector.broadcast(FLOATS, x[i]).reinterpretAsShorts()).add(sum);
      sum =
          v.lanewise(LSHR, 2)
              .mul(FloatVector.broadcast(FLOATS, x[i + 1]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, x[i + 2]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 6)
              .mul(FloatVector.broadcast(FLOATS, x[i + 3]).reinterpretAsShorts())
              .add(sum);
      v = v.lanewise(LSHR, 8);
    }
    sum.intoMemorySegment(ALL, to, ORDER);
  }

  /**
   * Codes of a group as shorts, less the layout's centre, a vector for each pair of inputs: for
   * many rows, with {@link #fourRows} and its siblings.
   */
  static void expand(long weights, CodeLayout layout, int blocks, long to) {
    int parts = layout.parts() * blocks;
    int vectors = layout.lowVectors();
    long w = weights;
    long next = to;
    for (int p = 0; p < parts; p++) {
      for (int j = 0; j < vectors; j++) {
        ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w + (long) j * BYTES, ORDER);
        v.and((short) 15).intoMemorySegment(ALL, next, ORDER);
        v.lanewise(LSHR, 4).and((short) 15).intoMemorySegment(ALL, next + BYTES, ORDER);
        v.lanewise(LSHR, 8).and((short) 15).intoMemorySegment(ALL, next + 2L * BYTES, ORDER);
        v.lanewise(LSHR, 12).intoMemorySegment(ALL, next + 3L * BYTES, ORDER);
        next += 4L * BYTES;
      }
      if (layout.highBits != 0) {
        long upper = w + (long) vectors * BYTES;
        int fields = 4 * vectors;
        raise(upper, next - (long) fields * BYTES, fields, layout.highBits, layout.centre);
      }
      w += layout.partBytes();
      if ((p + 1) % layout.parts() == 0) {
        w += layout.scaleBytes();
      }
    }
  }

  /** Adds high bits to codes, and takes the centre from them. */
  private static void raise(long bits, long codes, int fields, int width, int centre) {
    ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, bits, ORDER);
    short mask = (short) ((1 << width) - 1);
    for (int f = 0; f < fields; f++) {
      long at = codes + (long) f * BYTES;
      v.and(mask)
          .mul((short) 16)
          .add(ShortVector.fromMemorySegment(SHORTS, ALL, at, ORDER))
          .sub((short) centre)
          .intoMemorySegment(ALL, at, ORDER);
      v = width == 1 ? v.lanewise(LSHR, 1) : v.lanewise(LSHR, 2);
    }
  }

  /**
   * Four rows and two groups of outputs, expanded codes: what is loaded once serves more sums.
   *
   * @param codes of the first group, those of the other follow after {@code groupBytes}
   * @param pairs of inputs in a part
   * @param at the first row's first pair, the next rows' follow after {@code stride}
   * @param sums the first row's, the next ones' follow after {@code rowBytes}; those of the other
   *     group after those of four rows
   */
  static void fourRowsTwice(
      long codes,
      long groupBytes,
      int parts,
      int pairs,
      float[] x,
      int at,
      int stride,
      long sums,
      long rowBytes) {
    int x1 = stride;
    int x2 = 2 * stride;
    int x3 = 3 * stride;
    long w = codes;
    long to = sums;
    long other = sums + 4 * rowBytes;
    int i = at;
    for (int p = 0; p < parts; p++) {
      ShortVector s0 = ShortVector.zero(SHORTS);
      ShortVector s1 = ShortVector.zero(SHORTS);
      ShortVector s2 = ShortVector.zero(SHORTS);
      ShortVector s3 = ShortVector.zero(SHORTS);
      ShortVector t0 = ShortVector.zero(SHORTS);
      ShortVector t1 = ShortVector.zero(SHORTS);
      ShortVector t2 = ShortVector.zero(SHORTS);
      ShortVector t3 = ShortVector.zero(SHORTS);
      for (int end = i + pairs; i < end; i++) {
        ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
        ShortVector u = ShortVector.fromMemorySegment(SHORTS, ALL, w + groupBytes, ORDER);
        ShortVector f = FloatVector.broadcast(FLOATS, x[i]).reinterpretAsShorts();
        s0 = v.mul(f).add(s0);
        t0 = u.mul(f).add(t0);
        f = FloatVector.broadcast(FLOATS, x[i + x1]).reinterpretAsShorts();
        s1 = v.mul(f).add(s1);
        t1 = u.mul(f).add(t1);
        f = FloatVector.broadcast(FLOATS, x[i + x2]).reinterpretAsShorts();
        s2 = v.mul(f).add(s2);
        t2 = u.mul(f).add(t2);
        f = FloatVector.broadcast(FLOATS, x[i + x3]).reinterpretAsShorts();
        s3 = v.mul(f).add(s3);
        t3 = u.mul(f).add(t3);
        w += BYTES;
      }
      s0.intoMemorySegment(ALL, to, ORDER);
      t0.intoMemorySegment(ALL, other, ORDER);
      s1.intoMemorySegment(ALL, to + rowBytes, ORDER);
      t1.intoMemorySegment(ALL, other + rowBytes, ORDER);
      s2.intoMemorySegment(ALL, to + 2 * rowBytes, ORDER);
      t2.intoMemorySegment(ALL, other + 2 * rowBytes, ORDER);
      s3.intoMemorySegment(ALL, to + 3 * rowBytes, ORDER);
      t3.intoMemorySegment(ALL, other + 3 * rowBytes, ORDER);
      to += BYTES;
      other += BYTES;
    }
  }

  /** Four rows, expanded codes. */
  static void fourRows(
      long codes, int parts, int pairs, float[] x, int at, int stride, long sums, long rowBytes) {
    int x1 = stride;
    int x2 = 2 * stride;
    int x3 = 3 * stride;
    long w = codes;
    long to = sums;
    int i = at;
    for (int p = 0; p < parts; p++) {
      ShortVector s0 = ShortVector.zero(SHORTS);
      ShortVector s1 = ShortVector.zero(SHORTS);
      ShortVector s2 = ShortVector.zero(SHORTS);
      ShortVector s3 = ShortVector.zero(SHORTS);
      for (int end = i + pairs; i < end; i++) {
        ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
        s0 = v.mul(FloatVector.broadcast(FLOATS, x[i]).reinterpretAsShorts()).add(s0);
        s1 = v.mul(FloatVector.broadcast(FLOATS, x[i + x1]).reinterpretAsShorts()).add(s1);
        s2 = v.mul(FloatVector.broadcast(FLOATS, x[i + x2]).reinterpretAsShorts()).add(s2);
        s3 = v.mul(FloatVector.broadcast(FLOATS, x[i + x3]).reinterpretAsShorts()).add(s3);
        w += BYTES;
      }
      s0.intoMemorySegment(ALL, to, ORDER);
      s1.intoMemorySegment(ALL, to + rowBytes, ORDER);
      s2.intoMemorySegment(ALL, to + 2 * rowBytes, ORDER);
      s3.intoMemorySegment(ALL, to + 3 * rowBytes, ORDER);
      to += BYTES;
    }
  }

  /** One row, expanded codes. */
  static void oneRow(long codes, int parts, int pairs, float[] x, int at, long sums) {
    long w = codes;
    long to = sums;
    int i = at;
    for (int p = 0; p < parts; p++) {
      ShortVector sum = ShortVector.zero(SHORTS);
      for (int end = i + pairs; i < end; i++) {
        sum =
            ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER)
                .mul(FloatVector.broadcast(FLOATS, x[i]).reinterpretAsShorts())
                .add(sum);
        w += BYTES;
      }
      sum.intoMemorySegment(ALL, to, ORDER);
      to += BYTES;
    }
  }
}
