package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.ByteRows.HALVES;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * From the whole sums of {@link CodeSums} to products: halves of a lane are added, and scaled by
 * what weights and inputs have for each part, in float32, block after block. Of one row and one
 * group of outputs; the result is a vector in memory.
 *
 * <p>An IEEE half becomes a float by its bits: moved to where a float has them, it is 2^-112 times
 * itself. Infinities, which no weights have, become large numbers.
 */
final class CodeScales {
  /** Bytes come in vectors of 8 or 16, of which as many are used as there are lanes. */
  static final VectorSpecies<Byte> CODES =
      WIDTH >= 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  static final int HALF_BITS = 0x8FFFE000;
  static final FloatVector HALF_UNIT = Lanes.broadcast(0x1p112f);

  private CodeScales() {}

  /**
   * Scales.
   *
   * @param y a vector, written
   * @param row of the inputs
   */
  static void run(
      long y, long weights, CodeLayout layout, int blocks, ByteRows x, int row, long sums) {
    int at = row * blocks * layout.block / ByteRows.BLOCK;
    long first = weights + layout.parts() * layout.partBytes();
    long next = layout.blockBytes();
    switch (layout) {
      case Q5_0 -> symmetric(y, first, next, blocks, x.offset, x.scale, at, sums);
      case Q5_1 -> affine(y, first, next, blocks, x.offset, x.scale, x.total, at, sums);
      case Q5_K -> superBlocks(y, first, next, blocks, x.offset, x.scale, x.total, at, sums);
      case Q6_K -> sixBits(y, first, next, blocks, x.scale, at, sums);
      case Q4_0, Q4_1, Q4_K ->
          throw new IllegalStateException(layout + " has codes of 4 bits, which CodeDots scales");
    }
  }

  private static void symmetric(
      long y, long first, long next, int blocks, float[] offset, float[] scale, int at, long sums) {
    FloatVector total = FloatVector.zero(FLOATS);
    for (int b = 0; b < blocks; b++) {
      IntVector halves = IntVector.fromMemorySegment(INTS, ALL, sums + (long) b * BYTES, ORDER);
      FloatVector sum =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      // Whole numbers below 2^24: exact.
      sum = sum.add(FloatVector.broadcast(FLOATS, offset[at + b]));
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, first + b * next, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .mul(FloatVector.broadcast(FLOATS, scale[at + b]))
              .fma(sum, total);
    }
    total.intoMemorySegment(ALL, y, ORDER);
  }

  private static void affine(
      long y,
      long first,
      long next,
      int blocks,
      float[] offset,
      float[] scale,
      float[] inputs,
      int at,
      long sums) {
    FloatVector total = FloatVector.zero(FLOATS);
    for (int b = 0; b < blocks; b++) {
      IntVector halves = IntVector.fromMemorySegment(INTS, ALL, sums + (long) b * BYTES, ORDER);
      FloatVector sum =
          (FloatVector)
              halves
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(halves.lanewise(ASHR, 16))
                  .convertShape(I2F, FLOATS, 0);
      // Whole numbers below 2^24: exact.
      sum = sum.add(FloatVector.broadcast(FLOATS, offset[at + b]));
      long scales = first + b * next;
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, scales, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .mul(FloatVector.broadcast(FLOATS, scale[at + b]))
              .fma(sum, total);
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, scales + 2L * WIDTH, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .fma(FloatVector.broadcast(FLOATS, inputs[at + b]), total);
    }
    total.intoMemorySegment(ALL, y, ORDER);
  }

  private static void superBlocks(
      long y,
      long first,
      long next,
      int blocks,
      float[] offset,
      float[] scale,
      float[] inputs,
      int at,
      long sums) {
    FloatVector total = FloatVector.zero(FLOATS);
    int part = at;
    long sum = sums;
    for (int b = 0; b < blocks; b++) {
      long scales = first + b * next;
      FloatVector scaled = FloatVector.zero(FLOATS);
      FloatVector least = FloatVector.zero(FLOATS);
      for (int p = 0; p < 8; p++, part++, sum += BYTES) {
        IntVector halves = IntVector.fromMemorySegment(INTS, ALL, sum, ORDER);
        long codes = scales + (long) p * WIDTH;
        scaled =
            ((FloatVector)
                    halves
                        .lanewise(LSHL, 16)
                        .lanewise(ASHR, 16)
                        .add(halves.lanewise(ASHR, 16))
                        .convertShape(I2F, FLOATS, 0))
                .add(FloatVector.broadcast(FLOATS, offset[part]))
                .mul(
                    (FloatVector)
                        ByteVector.fromMemorySegment(CODES, ALL, codes, ORDER)
                            .convertShape(B2I, INTS, 0)
                            .convertShape(I2F, FLOATS, 0))
                .fma(FloatVector.broadcast(FLOATS, scale[part]), scaled);
        least =
            ((FloatVector)
                    ByteVector.fromMemorySegment(CODES, ALL, codes + 8L * WIDTH, ORDER)
                        .convertShape(B2I, INTS, 0)
                        .convertShape(I2F, FLOATS, 0))
                .fma(FloatVector.broadcast(FLOATS, inputs[part]), least);
      }
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, scales + 16L * WIDTH, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .fma(scaled, total);
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, scales + 18L * WIDTH, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .fma(least.neg(), total);
    }
    total.intoMemorySegment(ALL, y, ORDER);
  }

  private static void sixBits(
      long y, long first, long next, int blocks, float[] scale, int at, long sums) {
    FloatVector total = FloatVector.zero(FLOATS);
    int part = at;
    long sum = sums;
    for (int b = 0; b < blocks; b++) {
      long scales = first + b * next;
      FloatVector scaled = FloatVector.zero(FLOATS);
      for (int p = 0; p < 16; p += 2, part++, sum += 2L * BYTES) {
        IntVector even = IntVector.fromMemorySegment(INTS, ALL, sum, ORDER);
        IntVector odd = IntVector.fromMemorySegment(INTS, ALL, sum + BYTES, ORDER);
        long codes = scales + (long) p * WIDTH;
        IntVector both =
            even.lanewise(LSHL, 16)
                .lanewise(ASHR, 16)
                .add(even.lanewise(ASHR, 16))
                .mul(
                    ByteVector.fromMemorySegment(CODES, ALL, codes, ORDER)
                        .convertShape(B2I, INTS, 0))
                .add(
                    odd.lanewise(LSHL, 16)
                        .lanewise(ASHR, 16)
                        .add(odd.lanewise(ASHR, 16))
                        .mul(
                            ByteVector.fromMemorySegment(CODES, ALL, codes + WIDTH, ORDER)
                                .convertShape(B2I, INTS, 0)));
        scaled =
            ((FloatVector) both.convertShape(I2F, FLOATS, 0))
                .fma(FloatVector.broadcast(FLOATS, scale[part]), scaled);
      }
      total =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, ALL, scales + 16L * WIDTH, ORDER)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT)
              .fma(scaled, total);
    }
    total.intoMemorySegment(ALL, y, ORDER);
  }
}
