package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.quant.BlockFormat;

/**
 * How codes of 4 to 6 bits are laid out for products: the rows of {@code WIDTH} outputs
 * interleaved, so that an output is a lane of ints, its even and odd inputs the halves of the lane,
 * and a group is read from its beginning to its end.
 *
 * <p>A group is one block of inputs after the other, each the planes of its parts (inputs that
 * share a scale) and then the scales. The plane of low bits holds four inputs of each half lane in
 * a vector of shorts; the plane of the fifth bits sixteen, that of the fifth and sixth eight.
 */
enum CodeLayout {
  Q4_0(32, 32, 0, 0, -8),
  Q4_1(32, 32, 0, 0, 0),
  Q5_0(32, 32, 1, 16, 0),
  Q5_1(32, 32, 1, 16, 16),
  Q4_K(256, 32, 0, 0, 0),
  Q5_K(256, 32, 1, 16, 16),
  Q6_K(256, 16, 2, 32, 0);

  /** Inputs of a block. */
  final int block;

  /** Inputs of a part. */
  final int part;

  /** Bits beside the low four. */
  final int highBits;

  /** What is taken from every code, so that sums of a part fit 16 bits. */
  final int centre;

  /** What times the sum of the inputs is added to the sum of a part's products. */
  final int offset;

  CodeLayout(int block, int part, int highBits, int centre, int offset) {
    this.block = block;
    this.part = part;
    this.highBits = highBits;
    this.centre = centre;
    this.offset = offset;
  }

  /** The layout of a format. */
  static CodeLayout of(BlockFormat format) {
    return valueOf(format.name());
  }

  /** Whether a format has codes of 4 to 6 bits and a layout here. */
  static boolean serves(BlockFormat format) {
    return switch (format) {
      case Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K -> true;
      case F32, F16, BF16, Q8_0, Q2_K, Q3_K -> false;
    };
  }

  /** Parts of a block. */
  int parts() {
    return block / part;
  }

  /** Vectors of low bits in a part. */
  int lowVectors() {
    return part / 8;
  }

  /** Bytes of the planes of a part: half a byte or more an input and output. */
  long partBytes() {
    return (long) lowVectors() * BYTES + (highBits == 0 ? 0 : BYTES);
  }

  /** Bytes of the scales of a block. */
  long scaleBytes() {
    return switch (this) {
      case Q4_0, Q5_0 -> 2L * WIDTH;
      case Q4_1, Q5_1 -> 4L * WIDTH;
      case Q4_K, Q5_K -> 20L * WIDTH;
      case Q6_K -> 18L * WIDTH;
    };
  }

  /** Bytes of a block of all outputs of a group. */
  long blockBytes() {
    return parts() * partBytes() + scaleBytes();
  }
}
