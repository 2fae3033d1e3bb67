package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.ByteRows.HALVES;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one row with weights that become floats in registers: what is added, and in what
 * order, is what {@link MatVec} does with the same weights as floats, to the bit. Inputs are whole
 * pairs of vectors.
 */
final class BlockDots {
  /** Bytes come in vectors of 8 or 16, of which as many are used as there are lanes. */
  static final VectorSpecies<Byte> CODES =
      WIDTH >= 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /**
   * Whether a load of {@link #CODES} reads no byte that is not used, and a block is a pair or two.
   */
  static final boolean WHOLE = WIDTH == 8 || WIDTH == 16;

  static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;
  static final int HALF_BITS = 0x8FFFE000;
  static final FloatVector HALF_UNIT = Lanes.broadcast(0x1p112f);

  private BlockDots() {}

  /**
   * Q8_0: {@code y[o] (+)= w[o] x}, outputs {@code from} to {@code to}, in one loop over the blocks
   * of all outputs, as in {@link MatVec}.
   *
   * @param partial memory of a vector
   */
  static void bytes(
      long y, boolean add, long x, long w, long bias, int in, int from, int to, long partial) {
    long rowBytes = in / 32 * 34L;
    long rowEnd = x + 4L * in;
    long end = w + to * rowBytes;
    int o = from;
    long xi = x;
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = FloatVector.zero(FLOATS);
    for (long block = w + from * rowBytes; block < end; block += 34) {
      FloatVector scale = FloatVector.broadcast(FLOATS, Float.float16ToFloat(ALL.get(HALF, block)));
      even =
          ((FloatVector)
                  ByteVector.fromMemorySegment(CODES, ALL, block + 2, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(scale)
              .fma(fromMemorySegment(FLOATS, ALL, xi, ORDER), even);
      odd =
          ((FloatVector)
                  ByteVector.fromMemorySegment(CODES, ALL, block + 2 + WIDTH, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(scale)
              .fma(fromMemorySegment(FLOATS, ALL, xi + BYTES, ORDER), odd);
      if (WIDTH == 8) {
        even =
            ((FloatVector)
                    ByteVector.fromMemorySegment(CODES, ALL, block + 2 + 2L * WIDTH, ORDER)
                        .convertShape(B2F, FLOATS, 0))
                .mul(scale)
                .fma(fromMemorySegment(FLOATS, ALL, xi + 2L * BYTES, ORDER), even);
        odd =
            ((FloatVector)
                    ByteVector.fromMemorySegment(CODES, ALL, block + 2 + 3L * WIDTH, ORDER)
                        .convertShape(B2F, FLOATS, 0))
                .mul(scale)
                .fma(fromMemorySegment(FLOATS, ALL, xi + 3L * BYTES, ORDER), odd);
      }
      xi += 128;
      if (xi == rowEnd) {
        even.add(odd).intoMemorySegment(ALL, partial, ORDER);
        MatVec.put(y, add, partial, bias, o++);
        xi = x;
        even = FloatVector.zero(FLOATS);
        odd = FloatVector.zero(FLOATS);
      }
    }
  }

  /** BF16. */
  static void bfloats(
      long y, boolean add, long x, long w, long bias, int in, int from, int to, long partial) {
    for (int o = from; o < to; o++) {
      long wo = w + 2L * o * in;
      FloatVector even = FloatVector.zero(FLOATS);
      FloatVector odd = FloatVector.zero(FLOATS);
      for (int i = 0; i < in; i += 2 * WIDTH) {
        even =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, wo + 2L * i, ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 16)
                .reinterpretAsFloats()
                .fma(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER), even);
        odd =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, wo + 2L * (i + WIDTH), ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 16)
                .reinterpretAsFloats()
                .fma(fromMemorySegment(FLOATS, ALL, x + 4L * i + BYTES, ORDER), odd);
      }
      even.add(odd).intoMemorySegment(ALL, partial, ORDER);
      MatVec.put(y, add, partial, bias, o);
    }
  }

  /** F16: a half's bits, moved to where a float has them, are 2^-112 times itself. */
  static void halves(
      long y, boolean add, long x, long w, long bias, int in, int from, int to, long partial) {
    for (int o = from; o < to; o++) {
      long wo = w + 2L * o * in;
      FloatVector even = FloatVector.zero(FLOATS);
      FloatVector odd = FloatVector.zero(FLOATS);
      for (int i = 0; i < in; i += 2 * WIDTH) {
        even =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, wo + 2L * i, ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 13)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_UNIT)
                .fma(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER), even);
        odd =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALVES, ALL, wo + 2L * (i + WIDTH), ORDER)
                        .convertShape(S2I, INTS, 0))
                .lanewise(LSHL, 13)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_UNIT)
                .fma(fromMemorySegment(FLOATS, ALL, x + 4L * i + BYTES, ORDER), odd);
      }
      even.add(odd).intoMemorySegment(ALL, partial, ORDER);
      MatVec.put(y, add, partial, bias, o);
    }
  }

  /** Widens Q8_0 blocks to floats. */
  static void expandBytes(long from, int blocks, float[] to, int at) {
    for (int b = 0; b < blocks; b++) {
      long block = from + 34L * b;
      FloatVector scale = FloatVector.broadcast(FLOATS, Float.float16ToFloat(ALL.get(HALF, block)));
      for (int i = 0; i < 32; i += WIDTH) {
        ((FloatVector)
                ByteVector.fromMemorySegment(CODES, ALL, block + 2 + i, ORDER)
                    .convertShape(B2F, FLOATS, 0))
            .mul(scale)
            .intoArray(to, at + 32 * b + i);
      }
    }
  }

  /** Widens BF16 numbers to floats. */
  static void expandBfloats(long from, int n, float[] to, int at) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      ((IntVector)
              ShortVector.fromMemorySegment(HALVES, ALL, from + 2L * i, ORDER)
                  .convertShape(S2I, INTS, 0))
          .lanewise(LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(to, at + i);
    }
    for (; i < n; i++) {
      to[at + i] = Float.intBitsToFloat(ALL.get(HALF, from + 2L * i) << 16);
    }
  }

  /** Widens F16 numbers to floats. */
  static void expandHalves(long from, long n, long to) {
    long i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      ((IntVector)
              ShortVector.fromMemorySegment(HALVES, ALL, from + 2 * i, ORDER)
                  .convertShape(S2I, INTS, 0))
          .lanewise(LSHL, 13)
          .and(HALF_BITS)
          .reinterpretAsFloats()
          .mul(HALF_UNIT)
          .intoMemorySegment(ALL, to + 4 * i, ORDER);
    }
    for (; i < n; i++) {
      Memory.putFloat(to + 4 * i, Float.float16ToFloat(ALL.get(HALF, from + 2 * i)));
    }
  }

  /** The same, into an array. */
  static void expandHalves(long from, int n, float[] to, int at) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      ((IntVector)
              ShortVector.fromMemorySegment(HALVES, ALL, from + 2L * i, ORDER)
                  .convertShape(S2I, INTS, 0))
          .lanewise(LSHL, 13)
          .and(HALF_BITS)
          .reinterpretAsFloats()
          .mul(HALF_UNIT)
          .intoArray(to, at + i);
    }
    for (; i < n; i++) {
      to[at + i] = Float.float16ToFloat(ALL.get(HALF, from + 2L * i));
    }
  }
}
