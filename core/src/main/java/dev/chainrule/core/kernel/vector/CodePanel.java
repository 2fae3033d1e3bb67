package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.BlockDots.CODES;
import static dev.chainrule.core.kernel.vector.BlockDots.HALF_BITS;
import static dev.chainrule.core.kernel.vector.BlockDots.HALF_UNIT;
import static dev.chainrule.core.kernel.vector.ByteRows.HALVES;
import static dev.chainrule.core.kernel.vector.ByteRows.SHORTS;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Some inputs of two groups of outputs, taken apart for {@link CodeTiles}: codes as shorts and
 * scales as floats, of both groups side by side. The arrays hold vectors; those of codes are pairs
 * of shorts, kept as the bits of floats.
 */
final class CodePanel {
  /** Bytes of codes, to stay in the first cache beside the rows that they meet. */
  private static final int CODE_BYTES = 16 << 10;

  private static final short FOUR_BITS = 15;

  /** Codes less {@link #centre} [pairs of inputs, 2]. */
  final float[] codes;

  /** What a part's sums are multiplied with [parts, 2]. */
  final float[] scale;

  /** What is multiplied with the sum of a part's inputs, where the layout has it [parts, 2]. */
  final float[] least;

  /** What a block of several parts is multiplied with [blocks, 2]. */
  final float[] unit;

  /** Minus what such a block's least are multiplied with [blocks, 2]. */
  final float[] leastUnit;

  /** Blocks of inputs that it holds at most. */
  final int most;

  private final CodeLayout layout;
  private final short centre;

  CodePanel(CodeLayout layout) {
    this.layout = layout;
    // A layout that leaves codes as they lie corrects the sums for it, which is the same.
    centre = (short) (layout.highBits == 0 ? -layout.offset : layout.centre);
    most = Math.max(1, CODE_BYTES / (layout.block * BYTES));
    codes = new float[most * layout.block * WIDTH];
    int parts = most * layout.parts() * 2 * WIDTH;
    scale = new float[parts];
    least = new float[parts];
    unit = new float[most * 2 * WIDTH];
    leastUnit = new float[most * 2 * WIDTH];
  }

  /** What times the sum of a part's inputs is to be added to the sum of its products. */
  int offset() {
    return layout.highBits == 0 ? 0 : layout.offset;
  }

  /**
   * Takes blocks of a group apart.
   *
   * @param weights of the first block
   * @param group 0 or 1
   */
  void fill(long weights, int blocks, int group) {
    int at = group * WIDTH;
    short taken = layout.highBits == 0 ? centre : 0;
    low(weights, layout, blocks, codes, at, taken);
    int fields = 4 * layout.lowVectors();
    long w = weights;
    for (int b = 0; b < blocks; b++) {
      if (layout.highBits != 0) {
        for (int p = 0; p < layout.parts(); p++, at += 2 * fields * WIDTH) {
          long bits = w + p * layout.partBytes() + (long) layout.lowVectors() * BYTES;
          raise(bits, codes, at, fields, layout.highBits, centre);
        }
      }
      scales(w + layout.parts() * layout.partBytes(), b, group);
      w += layout.blockBytes();
    }
  }

  /** As {@link #fill}, but for the codes. */
  void fillScales(long weights, int blocks, int group) {
    for (int b = 0; b < blocks; b++) {
      scales(weights + (b + 1) * layout.blockBytes() - layout.scaleBytes(), b, group);
    }
  }

  /** The low bits of all blocks of a group, two vectors of fields at a time. */
  private static void low(
      long weights, CodeLayout layout, int blocks, float[] codes, int to, short centre) {
    int half = layout.lowVectors() / 2;
    int parts = layout.parts();
    long behindPart = layout.partBytes() - (long) layout.lowVectors() * BYTES;
    long behindBlock = layout.scaleBytes();
    int end = blocks * parts * half;
    int leftOfPart = half;
    int leftOfBlock = parts;
    long w = weights;
    for (int j = 0; j < end; j++) {
      int at = to + 16 * j * WIDTH;
      ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
      v.and(FOUR_BITS).sub(centre).reinterpretAsFloats().intoArray(codes, at);
      v.lanewise(LSHR, 4)
          .and(FOUR_BITS)
          .sub(centre)
          .reinterpretAsFloats()
          .intoArray(codes, at + 2 * WIDTH);
      v.lanewise(LSHR, 8)
          .and(FOUR_BITS)
          .sub(centre)
          .reinterpretAsFloats()
          .intoArray(codes, at + 4 * WIDTH);
      v.lanewise(LSHR, 12).sub(centre).reinterpretAsFloats().intoArray(codes, at + 6 * WIDTH);
      v = ShortVector.fromMemorySegment(SHORTS, ALL, w + BYTES, ORDER);
      v.and(FOUR_BITS).sub(centre).reinterpretAsFloats().intoArray(codes, at + 8 * WIDTH);
      v.lanewise(LSHR, 4)
          .and(FOUR_BITS)
          .sub(centre)
          .reinterpretAsFloats()
          .intoArray(codes, at + 10 * WIDTH);
      v.lanewise(LSHR, 8)
          .and(FOUR_BITS)
          .sub(centre)
          .reinterpretAsFloats()
          .intoArray(codes, at + 12 * WIDTH);
      v.lanewise(LSHR, 12).sub(centre).reinterpretAsFloats().intoArray(codes, at + 14 * WIDTH);
      w += 2L * BYTES;
      leftOfPart--;
      if (leftOfPart == 0) {
        leftOfPart = half;
        w += behindPart;
        leftOfBlock--;
        if (leftOfBlock == 0) {
          leftOfBlock = parts;
          w += behindBlock;
        }
      }
    }
  }

  /** Adds high bits to codes, and takes the centre from them. */
  private static void raise(long bits, float[] codes, int to, int fields, int width, short centre) {
    short mask = (short) ((1 << width) - 1);
    for (int f = 0; f < fields; f++) {
      int at = to + 2 * f * WIDTH;
      ShortVector.fromMemorySegment(SHORTS, ALL, bits, ORDER)
          .lanewise(LSHR, (long) f * width)
          .and(mask)
          .mul((short) 16)
          .add(FloatVector.fromArray(FLOATS, codes, at).reinterpretAsShorts())
          .sub(centre)
          .reinterpretAsFloats()
          .intoArray(codes, at);
    }
  }

  /** The scales of a block. */
  private void scales(long from, int block, int group) {
    int at = (block * 2 + group) * WIDTH;
    int first = (block * layout.parts() * 2 + group) * WIDTH;
    switch (layout) {
      case Q4_0, Q5_0 -> half(from, scale, at, 1);
      case Q4_1, Q5_1 -> {
        half(from, scale, at, 1);
        half(from + 2L * WIDTH, least, at, 1);
      }
      case Q4_K, Q5_K -> {
        bytes(from, 8, scale, first);
        bytes(from + 8L * WIDTH, 8, least, first);
        half(from + 16L * WIDTH, unit, at, 1);
        half(from + 18L * WIDTH, leastUnit, at, -1);
      }
      case Q6_K -> {
        bytes(from, 16, scale, first);
        half(from + 16L * WIDTH, unit, at, 1);
      }
    }
  }

  /** A vector of IEEE halves, as {@link CodeScales} widens them. */
  private static void half(long from, float[] to, int at, float sign) {
    ((IntVector) ShortVector.fromMemorySegment(HALVES, ALL, from, ORDER).convertShape(S2I, INTS, 0))
        .lanewise(LSHL, 13)
        .and(HALF_BITS)
        .reinterpretAsFloats()
        .mul(HALF_UNIT)
        .mul(FloatVector.broadcast(FLOATS, sign))
        .intoArray(to, at);
  }

  /** Signed bytes, a vector of each part. */
  private static void bytes(long from, int parts, float[] to, int first) {
    for (int p = 0; p < parts; p++) {
      ((FloatVector)
              ByteVector.fromMemorySegment(CODES, ALL, from + (long) p * WIDTH, ORDER)
                  .convertShape(B2F, FLOATS, 0))
          .intoArray(to, first + 2 * p * WIDTH);
    }
  }
}
