package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of inputs rounded to whole numbers from -127 to 127 times a scale for each 32, as GGML's
 * Q8_0 has them, and what products with {@link CodeLayout} codes want of them: pairs of
 * neighbouring inputs in an int, of which an even one meets the lower half of a lane.
 *
 * <p>Codes are not taken out of their shorts one by one. With fields of 4 bits n0 to n3 in a short
 * v, {@code n0 x0 + n1 x1 + n2 x2 + n3 x3} is {@code v x0 + (v >> 4) (x1 - 16 x0) + (v >> 8) (x2 -
 * 16 x1) + (v >> 12) (x3 - 16 x2)} modulo 2^16, which is the sum itself where that fits 16 bits: so
 * {@link #low} has the differences. {@link #high} has the same for fields of one or two bits.
 */
final class ByteRows {
  /** Inputs that share a scale. */
  static final int BLOCK = 32;

  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, FLOATS.vectorShape());

  /** As many shorts as there are floats in a vector. */
  static final VectorSpecies<Short> HALVES =
      WIDTH >= 16
          ? ShortVector.SPECIES_256
          : WIDTH >= 8 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;

  static final float LARGEST = 127;

  /** Adding it rounds to a whole number that then stands in the low bits. */
  static final float ROUND = 12_582_912;

  private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  /** Shorts before a row's first, read as the one but last before it and multiplied with 0. */
  private static final int BEFORE = 8;

  /** Factors of the input two before, for fields of 4, 1 and 2 bits, of 32 inputs each. */
  private static final MemorySegment FACTORS = factors();

  private MemorySegment codes = Memory.allocate(0);
  private int inputs;

  /**
   * Pairs of inputs of many rows [fours of rows, inputs / 2, 4]. Pairs are kept as the bits of
   * floats, because those come from an array to all lanes of a vector in one instruction less.
   */
  float[] plain = {};

  /** Differences of one row [inputs / 2]. */
  private float[] line = {};

  /** Differences for fields of 4 bits [rows, inputs / 2], or [fours of rows, inputs / 2, 4]. */
  float[] low = {};

  /** Sixteen times the differences for the fields of high bits [rows, inputs / 2]. */
  float[] high = {};

  /** What the sums of a part begin with, a pair of shorts [rows, parts]. */
  int[] start = {};

  /**
   * The layout's offset times the sum of a block's inputs, a whole number: as {@link #scale} lies.
   */
  float[] offset = {};

  /** Scales [rows, inputs / 32], of many rows [fours of rows, inputs / 32, 4]. */
  float[] scale = {};

  /** Scales times sums, as scales lie. */
  float[] total = {};

  private static MemorySegment factors() {
    MemorySegment factors = Memory.allocate(3 * 2 * BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      int pair = i / 2;
      factors.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (pair % 4 == 0 ? 0 : -16));
      factors.setAtIndex(ValueLayout.JAVA_SHORT, BLOCK + i, (short) (pair == 0 ? 0 : -32));
      factors.setAtIndex(ValueLayout.JAVA_SHORT, 2 * BLOCK + i, (short) (pair % 8 == 0 ? 0 : -64));
    }
    return factors;
  }

  /**
   * Rounds rows, for products with a layout.
   *
   * @param x rows of {@code inputs}, a multiple of 32
   * @param single whether the rows are multiplied one by one, and not in fours
   */
  void round(Rows x, int rows, int inputs, CodeLayout layout, boolean single) {
    this.inputs = inputs;
    grow(Math.ceilDiv(rows, CodeTiles.ROWS) * CodeTiles.ROWS);
    int blocks = inputs / BLOCK;
    for (int n = 0; n < rows; n++) {
      long row = x.address() + 4L * n * x.stride();
      long to = codes.address() + 2L * BEFORE;
      if (!single) {
        int place = n % CodeTiles.ROWS;
        int four = n - place;
        int first = four * blocks + place;
        codes(row, to, inputs, scale, total, offset, first, CodeTiles.ROWS, layout.offset);
        int pair = four * (inputs / 2) + place;
        if (layout.highBits == 0) {
          differences(to, inputs, line, 0, FACTORS.address(), 1);
          spread(line, inputs, low, pair);
        } else {
          spread(to, inputs, plain, pair);
        }
        continue;
      }
      codes(row, to, inputs, scale, total, offset, n * blocks, 1, layout.offset);
      int at = n * (inputs / 2);
      differences(to, inputs, low, at, FACTORS.address(), 1);
      if (layout.highBits != 0) {
        long factors = FACTORS.address() + 2L * BLOCK * layout.highBits;
        differences(to, inputs, high, at, factors, 16);
        starts(to, inputs, start, n * (inputs / layout.part), layout.part, layout.centre);
      }
    }
  }

  private void grow(int rows) {
    long bytes = 2L * (BEFORE + inputs);
    if (codes.byteSize() < bytes) {
      codes = Memory.allocate(bytes);
    }
    if (line.length < inputs / 2) {
      line = new float[inputs / 2];
    }
    int pairs = rows * (inputs / 2);
    if (plain.length < pairs) {
      plain = new float[pairs];
      low = new float[pairs];
      high = new float[pairs];
      start = new int[pairs / 8];
      offset = new float[pairs / 16];
      scale = new float[pairs / 16];
      total = new float[pairs / 16];
    }
  }

  /** The rounded inputs as shorts, and what each block has once. */
  private static void codes(
      long x,
      long to,
      int inputs,
      float[] scale,
      float[] total,
      float[] offset,
      int first,
      int step,
      int factor) {
    for (int i = 0, b = first; i < inputs; i += BLOCK, b += step) {
      long at = x + 4L * i;
      FloatVector most = FloatVector.zero(FLOATS);
      for (int j = 0; j < BLOCK; j += WIDTH) {
        most = fromMemorySegment(FLOATS, ALL, at + 4L * j, ORDER).abs().max(most);
      }
      float largest = most.reduceLanes(VectorOperators.MAX);
      float inverse = LARGEST / largest;
      // A block of zeros, or so near to them that its scale has no inverse.
      boolean none = inverse == Float.POSITIVE_INFINITY;
      FloatVector factors = FloatVector.broadcast(FLOATS, none ? 0 : inverse);
      IntVector sum = IntVector.zero(INTS);
      for (int j = 0; j < BLOCK; j += WIDTH) {
        IntVector code =
            fromMemorySegment(FLOATS, ALL, at + 4L * j, ORDER)
                .fma(factors, FloatVector.broadcast(FLOATS, ROUND))
                .reinterpretAsInts()
                .sub(ROUND_BITS);
        sum = code.add(sum);
        ((ShortVector) code.convertShape(VectorOperators.I2S, HALVES, 0))
            .intoMemorySegment(ALL, to + 2L * (i + j), ORDER);
      }
      int added = sum.reduceLanes(VectorOperators.ADD);
      float unit = none ? 0 : largest / LARGEST;
      scale[b] = unit;
      total[b] = unit * added;
      offset[b] = factor * added;
    }
  }

  /** A row's pairs, each beside those of the other rows of a tile. */
  private static void spread(long codes, int inputs, float[] to, int first) {
    for (int i = 0, at = first; i < inputs; i += 2, at += CodeTiles.ROWS) {
      to[at] = Memory.getFloat(codes + 2L * i);
    }
  }

  /** A row's differences, each beside those of the other rows of four. */
  private static void spread(float[] line, int inputs, float[] to, int first) {
    for (int i = 0, at = first; i < inputs / 2; i++, at += CodeTiles.ROWS) {
      to[at] = line[i];
    }
  }

  /** {@code times x + factor(i) x[two before]} of each input. */
  private static void differences(
      long codes, int inputs, float[] to, int at, long factors, int times) {
    for (int i = 0; i < inputs; i += 2 * WIDTH) {
      long x = codes + 2L * i;
      ShortVector.fromMemorySegment(SHORTS, ALL, x, ORDER)
          .mul((short) times)
          .add(
              ShortVector.fromMemorySegment(SHORTS, ALL, x - 4, ORDER)
                  .mul(
                      ShortVector.fromMemorySegment(
                          SHORTS, ALL, factors + 2L * (i % BLOCK), ORDER)))
          .reinterpretAsFloats()
          .intoArray(to, at + i / 2);
    }
  }

  /** Minus the centre times the sums of the even and of the odd inputs of each part. */
  private static void starts(long codes, int inputs, int[] to, int at, int part, int centre) {
    for (int i = 0; i < inputs; i += part) {
      int even = 0;
      int odd = 0;
      for (int j = 0; j < part; j += 2) {
        int pair = Memory.getInt(codes + 2L * (i + j));
        even += (short) pair;
        odd += pair >> 16;
      }
      to[at + i / part] = ((-centre * even) & 0xFFFF) | ((-centre * odd) << 16);
    }
  }
}
