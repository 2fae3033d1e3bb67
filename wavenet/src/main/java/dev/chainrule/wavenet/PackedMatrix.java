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

  /** Vectors of outputs in the widest tile. */
  private final int widest;

  /** Weights of a block as floats, for forms that are not. */
  final MemorySegment expanded = Memory.allocate((long) BLOCK * PART * BYTES);

  /**
   * Packs.
   *
   * @param place where, and for how many streams
   * @param matrix weight of an output (row) for an input (column)
   */
  PackedMatrix(Place place, Precision precision, Entries matrix, int outputs, int inputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.paddedOutputs = padded(outputs);
    this.bytesPerWeight = precision.bytes();
    this.widest = place.streams() == 1 ? TILE : PART;
    this.weights = place.memory().allocate(bytes(precision, outputs, inputs), Memory.ALIGNMENT);
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

  /**
   * Where weights go.
   *
   * @param memory gives it, aligned to cache lines
   * @param streams that are multiplied at once: several read pairs of vectors, one whole tiles
   */
  record Place(SegmentAllocator memory, int streams) {}

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
      Place place, Precision precision, Entries matrix, int outputs, int inputs) {
    return switch (precision) {
      case FLOAT32 -> new FloatMatrix(place, matrix, outputs, inputs);
      case BFLOAT16 -> new BFloat16Matrix(place, matrix, outputs, inputs);
      case INT8 -> Int8Matrix.of(place, matrix, outputs, inputs);
    };
  }

  /** Bytes of a packed matrix, whole cache lines. */
  static long bytes(Precision precision, int outputs, int inputs) {
    long bytes = (long) precision.bytes() * inputs * padded(outputs);
    return (bytes + Memory.ALIGNMENT - 1) / Memory.ALIGNMENT * Memory.ALIGNMENT;
  }

  /** Sums or starts of all rows [rows, columns], the columns padded as outputs are. */
  static float[] buffer(int rows, int columns) {
    return new float[rows * padded(columns)];
  }

  /** A number of outputs rounded up to pairs of vectors. */
  static int padded(int outputs) {
    int pair = 2 * WIDTH;
    return (outputs + pair - 1) / pair * pair;
  }

  /** Vectors in the next tile when so many are left. */
  private int tile(int vectorsLeft) {
    return Math.min(widest, vectorsLeft >= TILE ? TILE : vectorsLeft >= 4 ? 4 : 2);
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
   * {@code y = init + W x} of each stream; y and init may be the same array with the same strides.
   * From memory the weights are read once for all streams, if they were packed for several. Sums
   * are in the same order for any number of streams, so that results are the same to the bit.
   *
   * @param y [streams, paddedOutputs], a stream's after {@code yStride}
   * @param init [streams, paddedOutputs]; stride 0 for one that all share
   * @param x [streams, inputs], beginning at {@code from}
   * @param streams 1, or where packed for several a multiple of 4
   */
  void product(
      float[] y,
      int yStride,
      float[] init,
      int initStride,
      float[] x,
      int from,
      int xStride,
      int streams) {
    if (y != init) {
      for (int s = 0; s < streams; s++) {
        Gate.copy(init, s * initStride, y, s * yStride, paddedOutputs);
      }
    }
    accumulate(y, yStride, x, from, xStride, streams);
  }

  /** Adds the products of one stream to the sums that begin at a place; packed for one stream. */
  final void accumulate(float[] sums, int at, float[] x, int from) {
    long w = weights.address();
    for (int output = 0; output < paddedOutputs; ) {
      int vectors = tile((paddedOutputs - output) / WIDTH);
      tile(vectors, sums, at + output, x, from, w);
      w += (long) vectors * WIDTH * bytesPerWeight * inputs;
      output += vectors * WIDTH;
    }
  }

  /** Adds the products to sums. */
  final void accumulate(float[] sums, int stride, float[] x, int from, int xStride, int streams) {
    if (widest == PART) {
      for (int output = 0; output < paddedOutputs; output += PART * WIDTH) {
        pair(sums, output, stride, x, from, xStride, streams);
      }
      return;
    }
    for (int s = 0; s < streams; s++) {
      accumulate(sums, s * stride, x, from + s * xStride);
    }
  }

  /** Adds the products of one stream to the sums of one tile of outputs. */
  abstract void tile(int vectors, float[] sums, int at, float[] x, int from, long w);

  /** Two vectors of outputs of all streams, block after block of inputs. */
  private void pair(
      float[] sums, int output, int stride, float[] x, int from, int xStride, int streams) {
    long row = (long) PART * WIDTH * bytesPerWeight;
    long w = weights.address() + (long) output * inputs * bytesPerWeight;
    for (int i = 0; i < inputs; i += BLOCK) {
      int count = Math.min(BLOCK, inputs - i);
      long floats = expand(w + i * row, count, expanded.address());
      int s = 0;
      for (; s <= streams - 2 * GROUP; s += 2 * GROUP) {
        int in = from + s * xStride + i;
        StreamProducts.eight(sums, s * stride + output, stride, x, in, xStride, floats, count);
      }
      if (s < streams) {
        int in = from + s * xStride + i;
        StreamProducts.four(sums, s * stride + output, stride, x, in, xStride, floats, count);
      }
    }
  }

  /**
   * Weights of pairs of vectors as floats.
   *
   * @param w first weight of the first of {@code count} inputs
   * @param to where floats may be written
   * @return where they stand: {@code to}, or {@code w} if they are floats there
   */
  abstract long expand(long w, int count, long to);
}
