package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Brings the blocks of a matrix into the order of its {@link CodeLayout}. */
final class CodePacking {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt NATIVE_INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort NATIVE_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final long LOW_NIBBLES = 0x0F0F0F0F0F0F0F0FL;

  private final CodeLayout layout;
  private final BlockMatrix matrix;
  private final MemorySegment from;
  private final long to;

  /** To an address with memory for all groups, zeroed. */
  CodePacking(CodeLayout layout, BlockMatrix matrix, long to) {
    this.layout = layout;
    this.matrix = matrix;
    this.from = matrix.data();
    this.to = to;
  }

  void run() {
    int blocks = matrix.columns() / layout.block;
    int bytes = matrix.format().bytes();
    long groupBytes = blocks * layout.blockBytes();
    for (int o = 0; o < matrix.rows(); o++) {
      long group = to + o / WIDTH * groupBytes;
      for (int b = 0; b < blocks; b++) {
        long block = ((long) o * blocks + b) * bytes;
        pack(block, group + b * layout.blockBytes(), o % WIDTH);
      }
    }
  }

  /** One block of a row, for a lane of the block of its group. */
  private void pack(long block, long at, int lane) {
    long scales = at + layout.parts() * layout.partBytes();
    switch (layout) {
      case Q4_0 -> {
        half(block, scales, lane);
        nibbles(block + 2, at, lane);
      }
      case Q4_1 -> {
        half(block, scales, lane);
        half(block + 2, scales + 2L * WIDTH, lane);
        nibbles(block + 4, at, lane);
      }
      case Q5_0 -> {
        half(block, scales, lane);
        nibbles(block + 6, at, lane);
        high(at, lane, pairs(from.get(INT, block + 2)));
      }
      case Q5_1 -> {
        half(block, scales, lane);
        half(block + 2, scales + 2L * WIDTH, lane);
        nibbles(block + 8, at, lane);
        high(at, lane, pairs(from.get(INT, block + 4)));
      }
      case Q4_K -> affine(block, block + 16, at, lane, scales);
      case Q5_K -> {
        affine(block, block + 48, at, lane, scales);
        for (int part = 0; part < 8; part++) {
          int bits = 0;
          for (int i = 0; i < 32; i += 8) {
            bits |= gather(from.get(LONG, block + 16 + i) >>> part) << i;
          }
          high(at + part * layout.partBytes(), lane, pairs(bits));
        }
      }
      case Q6_K -> six(block, at, lane, scales);
    }
  }

  /** Bytes 0 to 15 hold inputs 0 to 15 in their lower halves and 16 to 31 in their upper ones. */
  private void nibbles(long bytes, long at, int lane) {
    long first = from.get(LONG, bytes);
    long second = from.get(LONG, bytes + 8);
    low(at, lane, 0, first);
    low(at, lane, 1, second);
    low(at, lane, 2, first >>> 4);
    low(at, lane, 3, second >>> 4);
  }

  /** Scales and codes of Q4_K and Q5_K. */
  private void affine(long block, long bytes, long at, int lane, long scales) {
    half(block, scales + 16L * WIDTH, lane);
    half(block + 2, scales + 18L * WIDTH, lane);
    for (int part = 0; part < 8; part++) {
      int scale;
      int least;
      if (part < 4) {
        scale = from.get(BYTE, block + 4 + part) & 63;
        least = from.get(BYTE, block + 8 + part) & 63;
      } else {
        int low = from.get(BYTE, block + 8 + part);
        scale = (low & 15) | ((from.get(BYTE, block + part) & 0xC0) >> 2);
        least = ((low >> 4) & 15) | ((from.get(BYTE, block + 4 + part) & 0xC0) >> 2);
      }
      ALL.set(BYTE, scales + (long) part * WIDTH + lane, (byte) scale);
      ALL.set(BYTE, scales + (long) (8 + part) * WIDTH + lane, (byte) least);
      long codes = bytes + 32L * (part / 2);
      for (int j = 0; j < 4; j++) {
        long eight = from.get(LONG, codes + 8L * j) >>> (4 * (part % 2));
        low(at + part * layout.partBytes(), lane, j, eight);
      }
    }
  }

  /** Q6_K: a part is 16 inputs with a signed scale. */
  private void six(long block, long at, int lane, long scales) {
    half(block + 208, scales + 16L * WIDTH, lane);
    for (int part = 0; part < 16; part++) {
      ALL.set(BYTE, scales + (long) part * WIDTH + lane, from.get(BYTE, block + 192 + part));
      int half = part / 8;
      int quarter = part % 8 / 2;
      int within = 16 * (part % 2);
      long codes = block + 64L * half + 32L * (quarter % 2) + within;
      long upper = block + 128 + 32L * half + within;
      long to = at + part * layout.partBytes();
      int even = 0;
      int odd = 0;
      for (int j = 0; j < 2; j++) {
        low(to, lane, j, from.get(LONG, codes + 8L * j) >>> (quarter / 2 * 4));
        long twos = from.get(LONG, upper + 8L * j) >>> (2 * quarter);
        for (int t = 0; t < 4; t++) {
          even |= (int) ((twos >>> (16 * t)) & 3) << (2 * (4 * j + t));
          odd |= (int) ((twos >>> (16 * t + 8)) & 3) << (2 * (4 * j + t));
        }
      }
      high(to, lane, even | odd << 16);
    }
  }

  /**
   * Eight inputs of a lane in the plane of low bits.
   *
   * @param eight their codes in the lower halves of its bytes; the upper halves do not count
   */
  private static void low(long at, int lane, int vector, long eight) {
    long codes = eight & LOW_NIBBLES;
    int word = four(codes) | four(codes >>> 8) << 16;
    ALL.set(NATIVE_INT, at + (long) vector * BYTES + 4L * lane, word);
  }

  /** The low halves of bytes 0, 2, 4 and 6, next to each other. */
  private static int four(long codes) {
    long x = codes & 0x000F000F000F000FL;
    x = (x | x >>> 12) & 0x000000FF000000FFL;
    return (int) (x | x >>> 24) & 0xFFFF;
  }

  /** A lane of the plane of high bits, which follows the low ones. */
  private void high(long at, int lane, int word) {
    ALL.set(NATIVE_INT, at + (long) layout.lowVectors() * BYTES + 4L * lane, word);
  }

  /** Bits 0, 2, 4, ... into the lower 16, bits 1, 3, 5, ... into the upper. */
  private static int pairs(int bits) {
    return even(bits) | even(bits >>> 1) << 16;
  }

  private static int even(int bits) {
    int x = bits & 0x55555555;
    x = (x | x >>> 1) & 0x33333333;
    x = (x | x >>> 2) & 0x0F0F0F0F;
    x = (x | x >>> 4) & 0x00FF00FF;
    return (x | x >>> 8) & 0xFFFF;
  }

  /** The lowest bits of eight bytes. */
  private static int gather(long bytes) {
    return (int) (((bytes & 0x0101010101010101L) * 0x0102040810204080L) >>> 56);
  }

  private void half(long offset, long at, int lane) {
    ALL.set(NATIVE_SHORT, at + 2L * lane, from.get(SHORT, offset));
  }
}
