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
 * Products of one row with codes of 4 bits as they lie: what {@link CodeSums} and {@link
 * CodeScales} do one after the other for many rows, in one reading, to the same bits.
 *
 * <p>All groups of outputs are one loop, for the reason that {@link MatVec} has: the processor
 * fetches ahead best what is read by the same few instructions.
 */
final class CodeDots {
  private CodeDots() {}

  /**
   * Codes less 8, a scale for each 32.
   *
   * @param y a vector for each group, written
   * @param end of the weights of all groups
   * @param pair the row's first pair of inputs, and {@code at} its first block
   */
  static void symmetric(long y, long weights, long end, int blocks, ByteRows x, int pair, int at) {
    float[] low = x.low;
    float[] scale = x.scale;
    float[] offset = x.offset;
    int last = pair + 16 * blocks;
    int i = pair;
    int b = at;
    long to = y;
    FloatVector total = FloatVector.zero(FLOATS);
    for (long w = weights; w < end; w += 4L * BYTES + 2L * WIDTH) {
      ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
      ShortVector sum = v.mul(FloatVector.broadcast(FLOATS, low[i]).reinterpretAsShorts());
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
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + BYTES, ORDER);
      sum = v.mul(FloatVector.broadcast(FLOATS, low[i + 4]).reinterpretAsShorts()).add(sum);
      sum =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 5]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 6]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 7]).reinterpretAsShorts())
              .add(sum);
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + 2L * BYTES, ORDER);
      ShortVector more = v.mul(FloatVector.broadcast(FLOATS, low[i + 8]).reinterpretAsShorts());
      more =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 9]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 10]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 11]).reinterpretAsShorts())
              .add(more);
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + 3L * BYTES, ORDER);
      more = v.mul(FloatVector.broadcast(FLOATS, low[i + 12]).reinterpretAsShorts()).add(more);
      more =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 13]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 14]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 15]).reinterpretAsShorts())
              .add(more);
      IntVector halves = sum.add(more).reinterpretAsInts();
      FloatVector whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      whole = whole.add(FloatVector.broadcast(FLOATS, offset[b]));
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, w + 4L * BYTES, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .mul(FloatVector.broadcast(FLOATS, scale[b]))
              .fma(whole, total);
      i += 16;
      b++;
      if (i == last) {
        total.intoMemorySegment(ALL, to, ORDER);
        to += BYTES;
        i = pair;
        b = at;
        total = FloatVector.zero(FLOATS);
      }
    }
  }

  /**
   * A scale and a least weight for each 32.
   *
   * @param y a vector for each group, written
   * @param end of the weights of all groups
   * @param pair the row's first pair of inputs, and {@code at} its first block
   */
  static void affine(long y, long weights, long end, int blocks, ByteRows x, int pair, int at) {
    float[] low = x.low;
    float[] scale = x.scale;
    float[] inputs = x.total;
    int last = pair + 16 * blocks;
    int i = pair;
    int b = at;
    long to = y;
    FloatVector total = FloatVector.zero(FLOATS);
    for (long w = weights; w < end; w += 4L * BYTES + 4L * WIDTH) {
      ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
      ShortVector sum = v.mul(FloatVector.broadcast(FLOATS, low[i]).reinterpretAsShorts());
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
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + BYTES, ORDER);
      sum = v.mul(FloatVector.broadcast(FLOATS, low[i + 4]).reinterpretAsShorts()).add(sum);
      sum =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 5]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 6]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 7]).reinterpretAsShorts())
              .add(sum);
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + 2L * BYTES, ORDER);
      ShortVector more = v.mul(FloatVector.broadcast(FLOATS, low[i + 8]).reinterpretAsShorts());
      more =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 9]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 10]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 11]).reinterpretAsShorts())
              .add(more);
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + 3L * BYTES, ORDER);
      more = v.mul(FloatVector.broadcast(FLOATS, low[i + 12]).reinterpretAsShorts()).add(more);
      more =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 13]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 14]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 15]).reinterpretAsShorts())
              .add(more);
      IntVector halves = sum.add(more).reinterpretAsInts();
      FloatVector whole =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, w + 4L * BYTES, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .mul(FloatVector.broadcast(FLOATS, scale[b]))
              .fma(whole, total);
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, w + 4L * BYTES + 2L * WIDTH, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .fma(FloatVector.broadcast(FLOATS, inputs[b]), total);
      i += 16;
      b++;
      if (i == last) {
        total.intoMemorySegment(ALL, to, ORDER);
        to += BYTES;
        i = pair;
        b = at;
        total = FloatVector.zero(FLOATS);
      }
    }
  }

  /** Q4_K: of 256 inputs eight parts with scales and least weights of 6 bits. */
  static void superBlocks(
      long y, long weights, long end, int blocks, ByteRows x, int pair, int at) {
    float[] low = x.low;
    float[] scale = x.scale;
    float[] inputs = x.total;
    int last = pair + 128 * blocks;
    int i = pair;
    int part = at;
    int left = 8;
    long to = y;
    long codes = weights + 32L * BYTES;
    FloatVector total = FloatVector.zero(FLOATS);
    FloatVector scaled = FloatVector.zero(FLOATS);
    FloatVector least = FloatVector.zero(FLOATS);
    for (long w = weights; w < end; w += 4L * BYTES) {
      ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
      ShortVector sum = v.mul(FloatVector.broadcast(FLOATS, low[i]).reinterpretAsShorts());
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
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + BYTES, ORDER);
      sum = v.mul(FloatVector.broadcast(FLOATS, low[i + 4]).reinterpretAsShorts()).add(sum);
      sum =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 5]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 6]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 7]).reinterpretAsShorts())
              .add(sum);
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + 2L * BYTES, ORDER);
      ShortVector more = v.mul(FloatVector.broadcast(FLOATS, low[i + 8]).reinterpretAsShorts());
      more =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 9]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 10]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 11]).reinterpretAsShorts())
              .add(more);
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + 3L * BYTES, ORDER);
      more = v.mul(FloatVector.broadcast(FLOATS, low[i + 12]).reinterpretAsShorts()).add(more);
      more =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, low[i + 13]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 8)
              .mul(FloatVector.broadcast(FLOATS, low[i + 14]).reinterpretAsShorts())
              .add(more);
      more =
          v.lanewise(LSHR, 12)
              .mul(FloatVector.broadcast(FLOATS, low[i + 15]).reinterpretAsShorts())
              .add(more);
      IntVector halves = sum.add(more).reinterpretAsInts();
      scaled =
          ((FloatVector)
                  halves
                      .lanewise(LSHL, 16)
                      .lanewise(ASHR, 16)
                      .add(halves.lanewise(ASHR, 16))
                      .mul(
                          ByteVector.fromMemorySegment(CODES, ALL, codes, ORDER)
                              .convertShape(B2I, INTS, 0))
                      .convertShape(I2F, FLOATS, 0))
              .fma(FloatVector.broadcast(FLOATS, scale[part]), scaled);
      least =
          ((FloatVector)
                  ByteVector.fromMemorySegment(CODES, ALL, codes + 8L * WIDTH, ORDER)
                      .convertShape(B2I, INTS, 0)
                      .convertShape(I2F, FLOATS, 0))
              .fma(FloatVector.broadcast(FLOATS, inputs[part]), least);
      i += 16;
      part++;
      codes += WIDTH;
      left--;
      if (left == 0) {
        // Behind the eight parts and their scales stand those of the whole.
        codes += 8L * WIDTH;
        total =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, codes, ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 13)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_UNIT)
                .fma(scaled, total);
        total =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, codes + 2L * WIDTH, ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 13)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_UNIT)
                .fma(least.neg(), total);
        scaled = FloatVector.zero(FLOATS);
        least = FloatVector.zero(FLOATS);
        left = 8;
        w += 20L * WIDTH;
        codes = w + 36L * BYTES;
        if (i == last) {
          total.intoMemorySegment(ALL, to, ORDER);
          to += BYTES;
          i = pair;
          part = at;
          total = FloatVector.zero(FLOATS);
        }
      }
    }
  }
}
