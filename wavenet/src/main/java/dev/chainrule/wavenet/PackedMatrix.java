package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * A matrix in the order in which a product with vectors reads it, so that memory is streamed: tiles
 * of up to 8 vectors of outputs; in a tile, input after input, the weights of all its outputs. The
 * outputs are padded with zeros to pairs of vectors.
 */
abstract sealed class PackedMatrix permits FloatMatrix, BFloat16Matrix, Int8Matrix {
  /** Most vectors of outputs in a tile: one accumulator each. */
  static final int TILE = 8;

  /** Vectors of outputs that several streams are multiplied with before the next. */
  static final int PART = 2;

  /** Streams that are multiplied at once. */
  private static final int GROUP = 4;

  /** Inputs after which the next streams' turn comes: the weights are then still in the cache. */
  private static final int BLOCK = 128;

  final int inputs;
  final int outputs;

  /** Outputs, rounded up to pairs of vectors. */
  final int paddedOutputs;

  final MemorySegment weights;
  private final int bytesPerWeight;

  /** Weights of a block as floats, for forms that are not. */
  final MemorySegment expanded = Memory.allocate((long) BLOCK * PART * BYTES);

  /**
   * Packs.
   *
   * @param memory gives the place, aligned to a cache line
   * @param matrix weight of an output (row) for an input (column)
   */
  PackedMatrix(
      SegmentAllocator memory, Precision precision, Entries matrix, int outputs, int inputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.paddedOutputs = padded(outputs);
    this.bytesPerWeight = precision.bytes();
    this.weights = memory.allocate(bytes(precision, outputs, inputs), Memory.ALIGNMENT);
    long at = weights.address();
    for (int from = 0; from < paddedOutputs; ) {
      int vectors = tile((paddedOutputs - from) / WIDTH);
      for (int i = 0; i < inputs; i++) {
        packRow(at, matrix, from, vectors, i);
        at += (long) vectors * WIDTH * bytesPerWeight;
      }
      from += vectors * WIDTH;
    }
  }

  /** The matrix to be packed. */
  @FunctionalInterface
  interface Entries {
    float at(int output, int input);
  }

  /** Rows of a tensor [O, I]. */
  static Entries of(Tensor w) {
    return (output, input) -> (float) w.get((long) output * w.dim(1) + input);
  }

  static PackedMatrix pack(
      SegmentAllocator memory, Precision precision, Entries matrix, int outputs, int inputs) {
    return switch (precision) {
      case FLOAT32 -> new FloatMatrix(memory, matrix, outputs, inputs);
      case BFLOAT16 -> new BFloat16Matrix(memory, matrix, outputs, inputs);
      case INT8 -> Int8Matrix.of(memory, matrix, outputs, inputs);
    };
  }

  /** Bytes of a packed matrix, whole cache lines. */
  static long bytes(Precision precision, int outputs, int inputs) {
    long bytes = (long) precision.bytes() * inputs * padded(outputs);
    return (bytes + Memory.ALIGNMENT - 1) / Memory.ALIGNMENT * Memory.ALIGNMENT;
  }

  /** A number of outputs rounded up to pairs of vectors. */
  static int padded(int outputs) {
    int pair = 2 * WIDTH;
    return (outputs + pair - 1) / pair * pair;
  }

  /** Vectors in the next tile when so many are left. */
  static int tile(int vectorsLeft) {
    return vectorsLeft >= TILE ? TILE : vectorsLeft >= 4 ? 4 : 2;
  }

  /** Bytes that a product reads. */
  final long bytes() {
    return (long) bytesPerWeight * inputs * paddedOutputs;
  }

  final float entry(Entries matrix, int output, int input) {
    return output < outputs ? matrix.at(output, input) : 0f;
  }

  /** Writes the weights of one input for a tile. */
  abstract void packRow(long at, Entries matrix, int firstOutput, int vectors, int input);

  /**
   * {@code y = init + W x}; y and init may be the same.
   *
   * @param y [paddedOutputs]
   * @param init [paddedOutputs]
   * @param x [inputs]
   */
  final void product(long y, long init, long x) {
    long w = weights.address();
    int output = 0;
    while (output < paddedOutputs) {
      int vectors = tile((paddedOutputs - output) / WIDTH);
      tile(vectors, y + 4L * output, init + 4L * output, x, w, output);
      w += (long) vectors * WIDTH * bytesPerWeight * inputs;
      output += vectors * WIDTH;
    }
  }

  /** The outputs of one tile, which are those from {@code output} on. */
  abstract void tile(int vectors, long y, long init, long x, long w, int output);

  /**
   * The same for a number of streams at once; from memory the weights are read once. Sums are in
   * the same order as in {@link #product}, so that results are the same to the bit.
   *
   * @param yStride bytes from one y to the next
   * @param initStride bytes from one init to the next, 0 for one that all share
   * @param xStride bytes from one x to the next
   * @param streams a multiple of 4
   * @param sums room for {@code 2 streams} vectors
   */
  final void products(
      long y,
      long yStride,
      long init,
      long initStride,
      long x,
      long xStride,
      int streams,
      long sums) {
    long w = weights.address();
    int output = 0;
    while (output < paddedOutputs) {
      int vectors = tile((paddedOutputs - output) / WIDTH);
      long row = (long) vectors * WIDTH * bytesPerWeight;
      for (int v = 0; v < vectors; v += PART) {
        long at = 4L * (output + v * WIDTH);
        for (int s = 0; s < streams; s++) {
          begin(sums + (long) s * PART * BYTES, init + s * initStride + at);
        }
        addBlocks(sums, x, xStride, streams, w + (long) v * WIDTH * bytesPerWeight, row);
        for (int s = 0; s < streams; s++) {
          long from = sums + (long) s * PART * BYTES;
          end(y + s * yStride + at, init + s * initStride + at, from, PART, output + v * WIDTH);
        }
      }
      w += row * inputs;
      output += vectors * WIDTH;
    }
  }

  private void addBlocks(long sums, long x, long xStride, int streams, long w, long row) {
    for (int i = 0; i < inputs; i += BLOCK) {
      int count = Math.min(BLOCK, inputs - i);
      long from = w + row * i;
      long floats = expand(from, row, count, expanded.address());
      long stride = floats == from ? row : (long) PART * BYTES;
      int s = 0;
      for (; s <= streams - 2 * GROUP; s += 2 * GROUP) {
        long to = sums + (long) s * PART * BYTES;
        long in = x + s * xStride + 4L * i;
        StreamProducts.oneByEight(to, in, xStride, floats, stride, count);
        StreamProducts.oneByEight(to + BYTES, in, xStride, floats + BYTES, stride, count);
      }
      if (s < streams) {
        long to = sums + (long) s * PART * BYTES;
        StreamProducts.twoByFour(to, x + s * xStride + 4L * i, xStride, floats, stride, count);
      }
    }
  }

  /**
   * Weights as floats.
   *
   * @param w first weight of the first of {@code count} inputs
   * @param row bytes from one input to the next
   * @param to where floats may be written, {@link #PART} vectors for an input
   * @return where they stand: {@code to}, or {@code w} if they are floats there, in its order
   */
  abstract long expand(long w, long row, int count, long to);

  /** What a stream's sums begin with. */
  void begin(long sums, long init) {
    WaveNetDecoder.copyFloats(sums, init, PART * WIDTH);
  }

  /** Sums become results. */
  void end(long y, long init, long sums, int vectors, int output) {
    WaveNetDecoder.copyFloats(y, sums, vectors * WIDTH);
  }
}
