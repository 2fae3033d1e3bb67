package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.ByteRows.HALVES;
import static dev.chainrule.core.kernel.vector.ByteRows.SHORTS;
import static dev.chainrule.core.kernel.vector.CodeScales.CODES;
import static dev.chainrule.core.kernel.vector.CodeScales.HALF_BITS;
import static dev.chainrule.core.kernel.vector.CodeScales.HALF_UNIT;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Products of four rows with codes of 4 bits as they lie: what {@link CodeDots} does for one row,
 * to the same bits. Each vector of codes is read once for all four.
 */
final class CodeFours {
  private CodeFours() {}

  /**
   * Codes less 8, a scale for each 32.
   *
   * @param y four vectors for each group, written
   * @param end of the weights of all groups
   * @param pair the rows' first pairs of inputs, and {@code at} their first blocks
   */
  static void symmetric(long y, long weights, long end, int blocks, ByteRows x, int pair, int at) {
    float[] low = x.low;
    float[] scale = x.scale;
    float[] offset = x.offset;
    int last = pair + 64 * blocks;
    int i = pair;
    int b = at;
    long to = y;
    FloatVector t0 = FloatVector.zero(FLOATS);
    FloatVector t1 = FloatVector.zero(FLOATS);
    FloatVector t2 = FloatVector.zero(FLOATS);
    FloatVector t3 = FloatVector.zero(FLOATS);
    for (long w = weights; w < end; w += 4L * BYTES + 2L * WIDTH) {
      ShortVector s0 = ShortVector.zero(SHORTS);
      ShortVector s1 = ShortVector.zero(SHORTS);
      ShortVector s2 = ShortVector.zero(SHORTS);
      ShortVector s3 = ShortVector.zero(SHORTS);
      for (int q = 0; q < 4; q++, i += 16) {
        ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w + (long) q * BYTES, ORDER);
        ShortVector u;
        s0 = v.mul(FloatVector.broadcast(FLOATS, low[i + 0]).reinterpretAsShorts()).add(s0);
        s1 = v.mul(FloatVector.broadcast(FLOATS, low[i + 1]).reinterpretAsShorts()).add(s1);
        s2 = v.mul(FloatVector.broadcast(FLOATS, low[i + 2]).reinterpretAsShorts()).add(s2);
        s3 = v.mul(FloatVector.broadcast(FLOATS, low[i + 3]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 4);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 4]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 5]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 6]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 7]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 8);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 8]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 9]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 10]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 11]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 12);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 12]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 13]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 14]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 15]).reinterpretAsShorts()).add(s3);
      }
      FloatVector unit =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, w + 4L * BYTES, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT);
      IntVector halves;
      FloatVector whole;
      halves = s0.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      whole = whole.add(FloatVector.broadcast(FLOATS, offset[b + 0]));
      t0 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 0])).fma(whole, t0);
      halves = s1.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      whole = whole.add(FloatVector.broadcast(FLOATS, offset[b + 1]));
      t1 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 1])).fma(whole, t1);
      halves = s2.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      whole = whole.add(FloatVector.broadcast(FLOATS, offset[b + 2]));
      t2 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 2])).fma(whole, t2);
      halves = s3.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      whole = whole.add(FloatVector.broadcast(FLOATS, offset[b + 3]));
      t3 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 3])).fma(whole, t3);
      b += 4;
      if (i == last) {
        t0.intoMemorySegment(ALL, to, ORDER);
        t1.intoMemorySegment(ALL, to + BYTES, ORDER);
        t2.intoMemorySegment(ALL, to + 2L * BYTES, ORDER);
        t3.intoMemorySegment(ALL, to + 3L * BYTES, ORDER);
        to += 4L * BYTES;
        i = pair;
        b = at;
        t0 = FloatVector.zero(FLOATS);
        t1 = FloatVector.zero(FLOATS);
        t2 = FloatVector.zero(FLOATS);
        t3 = FloatVector.zero(FLOATS);
      }
    }
  }

  /**
   * A scale and a least weight for each 32.
   *
   * @param y four vectors for each group, written
   * @param end of the weights of all groups
   * @param pair the rows' first pairs of inputs, and {@code at} their first blocks
   */
  static void affine(long y, long weights, long end, int blocks, ByteRows x, int pair, int at) {
    float[] low = x.low;
    float[] scale = x.scale;
    float[] inputs = x.total;
    int last = pair + 64 * blocks;
    int i = pair;
    int b = at;
    long to = y;
    FloatVector t0 = FloatVector.zero(FLOATS);
    FloatVector t1 = FloatVector.zero(FLOATS);
    FloatVector t2 = FloatVector.zero(FLOATS);
    FloatVector t3 = FloatVector.zero(FLOATS);
    for (long w = weights; w < end; w += 4L * BYTES + 4L * WIDTH) {
      ShortVector s0 = ShortVector.zero(SHORTS);
      ShortVector s1 = ShortVector.zero(SHORTS);
      ShortVector s2 = ShortVector.zero(SHORTS);
      ShortVector s3 = ShortVector.zero(SHORTS);
      for (int q = 0; q < 4; q++, i += 16) {
        ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w + (long) q * BYTES, ORDER);
        ShortVector u;
        s0 = v.mul(FloatVector.broadcast(FLOATS, low[i + 0]).reinterpretAsShorts()).add(s0);
        s1 = v.mul(FloatVector.broadcast(FLOATS, low[i + 1]).reinterpretAsShorts()).add(s1);
        s2 = v.mul(FloatVector.broadcast(FLOATS, low[i + 2]).reinterpretAsShorts()).add(s2);
        s3 = v.mul(FloatVector.broadcast(FLOATS, low[i + 3]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 4);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 4]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 5]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 6]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 7]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 8);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 8]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 9]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 10]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 11]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 12);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 12]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 13]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 14]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 15]).reinterpretAsShorts()).add(s3);
      }
      FloatVector unit =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, w + 4L * BYTES, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT);
      FloatVector least =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, w + 4L * BYTES + 2L * WIDTH, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT);
      IntVector halves;
      FloatVector whole;
      halves = s0.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      t0 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 0])).fma(whole, t0);
      t0 = least.fma(FloatVector.broadcast(FLOATS, inputs[b + 0]), t0);
      halves = s1.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      t1 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 1])).fma(whole, t1);
      t1 = least.fma(FloatVector.broadcast(FLOATS, inputs[b + 1]), t1);
      halves = s2.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      t2 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 2])).fma(whole, t2);
      t2 = least.fma(FloatVector.broadcast(FLOATS, inputs[b + 2]), t2);
      halves = s3.reinterpretAsInts();
      whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      t3 = unit.mul(FloatVector.broadcast(FLOATS, scale[b + 3])).fma(whole, t3);
      t3 = least.fma(FloatVector.broadcast(FLOATS, inputs[b + 3]), t3);
      b += 4;
      if (i == last) {
        t0.intoMemorySegment(ALL, to, ORDER);
        t1.intoMemorySegment(ALL, to + BYTES, ORDER);
        t2.intoMemorySegment(ALL, to + 2L * BYTES, ORDER);
        t3.intoMemorySegment(ALL, to + 3L * BYTES, ORDER);
        to += 4L * BYTES;
        i = pair;
        b = at;
        t0 = FloatVector.zero(FLOATS);
        t1 = FloatVector.zero(FLOATS);
        t2 = FloatVector.zero(FLOATS);
        t3 = FloatVector.zero(FLOATS);
      }
    }
  }

  /** Q4_K: of 256 inputs eight parts with scales and least weights of 6 bits. */
  static void superBlocks(
      long y, long weights, long end, int blocks, ByteRows x, int pair, int at) {
    float[] low = x.low;
    float[] scale = x.scale;
    float[] inputs = x.total;
    int last = pair + 512 * blocks;
    int i = pair;
    int part = at;
    int left = 8;
    long to = y;
    long codes = weights + 32L * BYTES;
    FloatVector t0 = FloatVector.zero(FLOATS);
    FloatVector t1 = FloatVector.zero(FLOATS);
    FloatVector t2 = FloatVector.zero(FLOATS);
    FloatVector t3 = FloatVector.zero(FLOATS);
    FloatVector scaled0 = FloatVector.zero(FLOATS);
    FloatVector scaled1 = FloatVector.zero(FLOATS);
    FloatVector scaled2 = FloatVector.zero(FLOATS);
    FloatVector scaled3 = FloatVector.zero(FLOATS);
    FloatVector least0 = FloatVector.zero(FLOATS);
    FloatVector least1 = FloatVector.zero(FLOATS);
    FloatVector least2 = FloatVector.zero(FLOATS);
    FloatVector least3 = FloatVector.zero(FLOATS);
    for (long w = weights; w < end; w += 4L * BYTES) {
      ShortVector s0 = ShortVector.zero(SHORTS);
      ShortVector s1 = ShortVector.zero(SHORTS);
      ShortVector s2 = ShortVector.zero(SHORTS);
      ShortVector s3 = ShortVector.zero(SHORTS);
      for (int q = 0; q < 4; q++, i += 16) {
        ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w + (long) q * BYTES, ORDER);
        ShortVector u;
        s0 = v.mul(FloatVector.broadcast(FLOATS, low[i + 0]).reinterpretAsShorts()).add(s0);
        s1 = v.mul(FloatVector.broadcast(FLOATS, low[i + 1]).reinterpretAsShorts()).add(s1);
        s2 = v.mul(FloatVector.broadcast(FLOATS, low[i + 2]).reinterpretAsShorts()).add(s2);
        s3 = v.mul(FloatVector.broadcast(FLOATS, low[i + 3]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 4);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 4]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 5]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 6]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 7]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 8);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 8]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 9]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 10]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 11]).reinterpretAsShorts()).add(s3);
        u = v.lanewise(LSHR, 12);
        s0 = u.mul(FloatVector.broadcast(FLOATS, low[i + 12]).reinterpretAsShorts()).add(s0);
        s1 = u.mul(FloatVector.broadcast(FLOATS, low[i + 13]).reinterpretAsShorts()).add(s1);
        s2 = u.mul(FloatVector.broadcast(FLOATS, low[i + 14]).reinterpretAsShorts()).add(s2);
        s3 = u.mul(FloatVector.broadcast(FLOATS, low[i + 15]).reinterpretAsShorts()).add(s3);
      }
      IntVector factor =
          (IntVector)
              ByteVector.fromMemorySegment(CODES, ALL, codes, ORDER).convertShape(B2I, INTS, 0);
      FloatVector lowest =
          (FloatVector)
              ByteVector.fromMemorySegment(CODES, ALL, codes + 8L * WIDTH, ORDER)
                  .convertShape(B2I, INTS, 0)
                  .convertShape(I2F, FLOATS, 0);
      IntVector halves;
      halves = s0.reinterpretAsInts();
      scaled0 =
          ((FloatVector)
                  halves
                      .lanewise(LSHL, 16)
                      .lanewise(ASHR, 16)
                      .add(halves.lanewise(ASHR, 16))
                      .mul(factor)
                      .convertShape(I2F, FLOATS, 0))
              .fma(FloatVector.broadcast(FLOATS, scale[part + 0]), scaled0);
      least0 = lowest.fma(FloatVector.broadcast(FLOATS, inputs[part + 0]), least0);
      halves = s1.reinterpretAsInts();
      scaled1 =
          ((FloatVector)
                  halves
                      .lanewise(LSHL, 16)
                      .lanewise(ASHR, 16)
                      .add(halves.lanewise(ASHR, 16))
                      .mul(factor)
                      .convertShape(I2F, FLOATS, 0))
              .fma(FloatVector.broadcast(FLOATS, scale[part + 1]), scaled1);
      least1 = lowest.fma(FloatVector.broadcast(FLOATS, inputs[part + 1]), least1);
      halves = s2.reinterpretAsInts();
      scaled2 =
          ((FloatVector)
                  halves
                      .lanewise(LSHL, 16)
                      .lanewise(ASHR, 16)
                      .add(halves.lanewise(ASHR, 16))
                      .mul(factor)
                      .convertShape(I2F, FLOATS, 0))
              .fma(FloatVector.broadcast(FLOATS, scale[part + 2]), scaled2);
      least2 = lowest.fma(FloatVector.broadcast(FLOATS, inputs[part + 2]), least2);
      halves = s3.reinterpretAsInts();
      scaled3 =
          ((FloatVector)
                  halves
                      .lanewise(LSHL, 16)
                      .lanewise(ASHR, 16)
                      .add(halves.lanewise(ASHR, 16))
                      .mul(factor)
                      .convertShape(I2F, FLOATS, 0))
              .fma(FloatVector.broadcast(FLOATS, scale[part + 3]), scaled3);
      least3 = lowest.fma(FloatVector.broadcast(FLOATS, inputs[part + 3]), least3);
      part += 4;
      codes += WIDTH;
      left--;
      if (left == 0) {
        // Behind the eight parts and their scales stand those of the whole.
        codes += 8L * WIDTH;
        FloatVector unit =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, codes, ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 13)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_UNIT);
        t0 = unit.fma(scaled0, t0);
        t1 = unit.fma(scaled1, t1);
        t2 = unit.fma(scaled2, t2);
        t3 = unit.fma(scaled3, t3);
        unit =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, codes + 2L * WIDTH, ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 13)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_UNIT);
        t0 = unit.fma(least0.neg(), t0);
        t1 = unit.fma(least1.neg(), t1);
        t2 = unit.fma(least2.neg(), t2);
        t3 = unit.fma(least3.neg(), t3);
        scaled0 = FloatVector.zero(FLOATS);
        scaled1 = FloatVector.zero(FLOATS);
        scaled2 = FloatVector.zero(FLOATS);
        scaled3 = FloatVector.zero(FLOATS);
        least0 = FloatVector.zero(FLOATS);
        least1 = FloatVector.zero(FLOATS);
        least2 = FloatVector.zero(FLOATS);
        least3 = FloatVector.zero(FLOATS);
        left = 8;
        w += 20L * WIDTH;
        codes = w + 36L * BYTES;
        if (i == last) {
          t0.intoMemorySegment(ALL, to, ORDER);
          t1.intoMemorySegment(ALL, to + BYTES, ORDER);
          t2.intoMemorySegment(ALL, to + 2L * BYTES, ORDER);
          t3.intoMemorySegment(ALL, to + 3L * BYTES, ORDER);
          to += 4L * BYTES;
          i = pair;
          part = at;
          t0 = FloatVector.zero(FLOATS);
          t1 = FloatVector.zero(FLOATS);
          t2 = FloatVector.zero(FLOATS);
          t3 = FloatVector.zero(FLOATS);
        }
      }
    }
  }
}
