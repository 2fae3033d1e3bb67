package dev.chainrule.wavenet;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.vector.Lanes;
import java.lang.foreign.MemorySegment;

/**
 * A matrix in the order in which a product with vectors reads it, so that memory is streamed: tiles
 * of up to 8 vectors of outputs; in a tile, input after input, the weights of all its outputs. The
 * outputs are padded with zeros to pairs of vectors.
 */
abstract sealed class PackedMatrix permits FloatMatrix, BFloat16Matrix {
  /** Most vectors of outputs in a tile: one accumulator each. */
  static final int TILE = 8;

  final int inputs;
  final int outputs;

  /** Outputs, rounded up to pairs of vectors. */
  final int paddedOutputs;

  final MemorySegment weights;

  /**
   * Packs.
   *
   * @param matrix weight of an output (row) for an input (column)
   * @param bytesPerWeight of the form
   */
  PackedMatrix(Entries matrix, int outputs, int inputs, int bytesPerWeight) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.paddedOutputs = padded(outputs);
    this.weights = Memory.allocate((long) bytesPerWeight * inputs * paddedOutputs);
    long at = weights.address();
    for (int from = 0; from < paddedOutputs; ) {
      int vectors = tile((paddedOutputs - from) / Lanes.WIDTH);
      for (int i = 0; i < inputs; i++) {
        at = packRow(at, matrix, from, vectors, i);
      }
      from += vectors * Lanes.WIDTH;
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

  static PackedMatrix pack(Precision precision, Entries matrix, int outputs, int inputs) {
    return switch (precision) {
      case FLOAT32 -> new FloatMatrix(matrix, outputs, inputs);
      case BFLOAT16 -> new BFloat16Matrix(matrix, outputs, inputs);
    };
  }

  /** A number of outputs rounded up to pairs of vectors. */
  static int padded(int outputs) {
    int pair = 2 * Lanes.WIDTH;
    return (outputs + pair - 1) / pair * pair;
  }

  /** Vectors in the next tile when so many are left. */
  static int tile(int vectorsLeft) {
    return vectorsLeft >= TILE ? TILE : vectorsLeft >= 4 ? 4 : 2;
  }

  /** Bytes that a product reads. */
  final long bytes() {
    return weights.byteSize();
  }

  final float entry(Entries matrix, int output, int input) {
    return output < outputs ? matrix.at(output, input) : 0f;
  }

  /** Writes the weights of one input for a tile; returns the address behind them. */
  abstract long packRow(long at, Entries matrix, int firstOutput, int vectors, int input);

  /**
   * {@code y += W x}.
   *
   * @param y [paddedOutputs]
   * @param x [inputs]
   */
  abstract void addProduct(long y, long x);

  /**
   * The same for four vectors at once; the weights are read once. Sums are in the same order as in
   * {@link #addProduct}, so that results are the same to the bit.
   *
   * @param yStride bytes from one y to the next
   * @param xStride bytes from one x to the next
   */
  abstract void addFourProducts(long y, long yStride, long x, long xStride);
}
