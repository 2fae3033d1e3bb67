package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Brings the blocks of a matrix into the order of its {@link CodeLayout}, a group of outputs at a
 * time: from an array of a row's shorts to an array of the group's ints, because this is done once,
 * when a model is opened, by code that is hardly compiled yet, to which elements of arrays are
 * cheap and those of memory segments are not.
 */
final class CodePacking {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int LOW_NIBBLES = 0x0F0F;

  private final CodeLayout layout;
  private final BlockMatrix matrix;
  private final long to;

  /** The blocks of a row. */
  private final short[] row;

  /** Those of a group, interleaved. */
  private final int[] group;

  /** Ints from the beginning of a part to that of the next. */
  private final int partInts;

  /** Ints before the scales of a block. */
  private final int codeInts;

  /** To an address with memory for all groups. */
  CodePacking(CodeLayout layout, BlockMatrix matrix, long to) {
    this.layout = layout;
    this.matrix = matrix;
    this.to = to;
    int blocks = matrix.columns() / layout.block;
    row = new short[Math.toIntExact(matrix.rowBytes() / Short.BYTES)];
    group = new int[Math.toIntExact(blocks * layout.blockBytes() / Integer.BYTES)];
    partInts = (int) layout.partBytes() / Integer.BYTES;
    codeInts = layout.parts() * partInts;
  }

  void run() {
    MemorySegment from = matrix.data();
    long groupBytes = (long) group.length * Integer.BYTES;
    for (int o = 0; o < matrix.rows(); o += WIDTH) {
      Arrays.fill(group, 0);
      int lanes = Math.min(WIDTH, matrix.rows() - o);
      for (int lane = 0; lane < lanes; lane++) {
        long at = (o + lane) * matrix.rowBytes();
        MemorySegment.copy(from, SHORT, at, row, 0, row.length);
        row(lane);
      }
      MemorySegment.copy(group, 0, ALL, INT, to + o / WIDTH * groupBytes, group.length);
    }
  }

  private void row(int lane) {
    int shorts = matrix.format().bytes() / Short.BYTES;
    int ints = (int) layout.blockBytes() / Integer.BYTES;
    for (int block = 0, at = 0; block < row.length; block += shorts, at += ints) {
      switch (layout) {
        case Q4_0, Q4_1, Q5_0, Q5_1 -> simple(block, at, lane);
        case Q4_K, Q5_K -> affine(block, at, lane);
        case Q6_K -> six(block, at, lane);
      }
    }
  }

  /** Blocks of one part: a scale or two, fifth bits, and codes. */
  private void simple(int block, int at, int lane) {
    int scales = layout.scaleBytes() == 4L * WIDTH ? 2 : 1;
    int codes = block + scales + 2 * layout.highBits;
    // Bytes 0 to 15 hold inputs 0 to 15 in their lower halves and 16 to 31 in their upper ones.
    low(codes, 0, at + lane);
    low(codes + 4, 0, at + WIDTH + lane);
    low(codes, 4, at + 2 * WIDTH + lane);
    low(codes + 4, 4, at + 3 * WIDTH + lane);
    if (layout.highBits != 0) {
      int bits = (row[block + scales] & 0xFFFF) | row[block + scales + 1] << 16;
      high(at, lane, even(bits) | even(bits >>> 1) << 16);
    }
    for (int i = 0; i < scales; i++) {
      half(row[block + i], at + codeInts, i * WIDTH + lane);
    }
  }

  /** Q4_K and Q5_K: eight parts with scales and least values of six bits. */
  private void affine(int block, int at, int lane) {
    int scales = at + codeInts;
    half(row[block], scales, 8 * WIDTH + lane);
    half(row[block + 1], scales, 9 * WIDTH + lane);
    int bits = block + 8;
    int codes = bits + 16 * layout.highBits;
    for (int part = 0; part < 8; part++) {
      int scale;
      int least;
      if (part < 4) {
        scale = code(block, 4 + part) & 63;
        least = code(block, 8 + part) & 63;
      } else {
        int both = code(block, 8 + part);
        scale = (both & 15) | ((code(block, part) & 0xC0) >> 2);
        least = (both >> 4) | ((code(block, 4 + part) & 0xC0) >> 2);
      }
      put(scale, scales, part * WIDTH + lane);
      put(least, scales, (8 + part) * WIDTH + lane);
      int to = at + part * partInts;
      for (int j = 0; j < 4; j++) {
        low(codes + 16 * (part / 2) + 4 * j, 4 * (part % 2), to + j * WIDTH + lane);
      }
      if (layout.highBits != 0) {
        high(to, lane, bits(bits, 16, part, 1));
      }
    }
  }

  /** Q6_K: a part is 16 inputs with a signed scale. */
  private void six(int block, int at, int lane) {
    int scales = at + codeInts;
    half(row[block + 104], scales, 8 * WIDTH + lane);
    for (int part = 0; part < 16; part++) {
      put(code(block, 192 + part), scales, part * WIDTH + lane);
      int half = part / 8;
      int quarter = part % 8 / 2;
      int within = 8 * (part % 2);
      int codes = block + 32 * half + 16 * (quarter % 2) + within;
      int to = at + part * partInts;
      low(codes, quarter / 2 * 4, to + lane);
      low(codes + 4, quarter / 2 * 4, to + WIDTH + lane);
      high(to, lane, bits(block + 64 + 16 * half + within, 8, 2 * quarter, 2));
    }
  }

  /** Eight inputs of a lane in the plane of low bits, whose codes stand at a bit of four shorts. */
  private void low(int from, int bit, int at) {
    int first = (row[from] >>> bit & LOW_NIBBLES) | (row[from + 1] >>> bit & LOW_NIBBLES) << 4;
    int last = (row[from + 2] >>> bit & LOW_NIBBLES) | (row[from + 3] >>> bit & LOW_NIBBLES) << 4;
    group[at] = (first & 0xFF) | (last & 0xFF) << 8 | (first & 0xFF00) << 8 | (last & 0xFF00) << 16;
  }

  /** A lane of the plane of high bits, which follows the low ones. */
  private void high(int part, int lane, int word) {
    group[part + layout.lowVectors() * WIDTH + lane] = word;
  }

  /** Bits 0, 2, 4, ... in the lower 16. */
  private static int even(int bits) {
    int x = bits & 0x55555555;
    x = (x | x >>> 1) & 0x33333333;
    x = (x | x >>> 2) & 0x0F0F0F0F;
    x = (x | x >>> 4) & 0x00FF00FF;
    return (x | x >>> 8) & 0xFFFF;
  }

  /** Fields of one or two bits of each byte of some shorts: even bytes' below odd ones'. */
  private int bits(int from, int shorts, int bit, int width) {
    int mask = (1 << width) - 1;
    int word = 0;
    for (int i = 0; i < shorts; i++) {
      int both = row[from + i] >>> bit;
      word |= (both & mask) << (i * width) | (both >>> 8 & mask) << (16 + i * width);
    }
    return word;
  }

  /** Byte i of a block. */
  private int code(int block, int i) {
    return row[block + i / 2] >>> (8 * (i % 2)) & 0xFF;
  }

  /** Sets the i-th half among scales. */
  private void half(short value, int scales, int i) {
    group[scales + i / 2] |= (value & 0xFFFF) << (16 * (i % 2));
  }

  /** Sets the i-th byte among scales. */
  private void put(int value, int scales, int i) {
    group[scales + i / 4] |= value << (8 * (i % 4));
  }
}
