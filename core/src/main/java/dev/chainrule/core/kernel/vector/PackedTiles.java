package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A matrix in the order in which a product with vectors reads it, so that memory is streamed: tiles
 * of up to 8 vectors of outputs; in a tile, input after input, the weights of all its outputs. The
 * outputs are padded with zeros to pairs of vectors.
 *
 * <p>Inputs and sums are arrays, because a compiled loop over arrays takes fewer of the compiler's
 * nodes. {@link VectorSteps} brings rows of memory there; a decoder of many small products keeps
 * its state in arrays ({@link VectorSamples}). {@link #product} and {@link #accumulate} are for one
 * thread at a time.
 */
abstract sealed class PackedTiles implements PackedLinear, SampleKernels.Product
    permits FloatTiles, BFloat16Tiles, Int8Tiles {
  /** Most vectors of outputs in a tile: one accumulator each. */
  static final int TILE = 8;

  /** Vectors of outputs that several streams are multiplied with before the next. */
  static final int PART = 2;

  /** Streams that are multiplied at once. */
  private static final int GROUP = 4;

  /** Inputs after which the next streams' turn comes: the weights are then still in the cache. */
  private static final int BLOCK = 128;

  /** Bytes of memory for the weights of a block as floats. */
  static final long EXPANDED = (long) BLOCK * PART * BYTES;

  final int inputs;
  final int outputs;

  /** Outputs, rounded up to pairs of vectors. */
  final int paddedOutputs;

  final MemorySegment weights;
  private final int bytesPerWeight;

  /** Vectors of outputs in the widest tile. */
  private final int widest;

  /** Weights of a block as floats, for forms that are not. */
  private final MemorySegment expanded = Memory.allocate(EXPANDED);

  /**
   * Packs.
   *
   * @param place where, and for how many streams
   * @param matrix weight of an output (row) for an input (column)
   */
  PackedTiles(
      Place place, WeightFormat format, SampleKernels.Entries matrix, int outputs, int inputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.paddedOutputs = padded(outputs);
    this.bytesPerWeight = format.bytes();
    this.widest = place.streams() == 1 ? TILE : PART;
    this.weights = place.memory().allocate(bytes(format, outputs, inputs), Memory.ALIGNMENT);
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
  record Place(SegmentAllocator memory, int streams) implements SampleKernels.Place {
    static Place of(long bytes, int streams) {
      return new Place(WeightMemory.allocate(bytes), streams);
    }
  }

  /**
   * Packs.
   *
   * @param place where, and for how many streams
   * @param matrix weight of an output (row) for an input (column)
   */
  static PackedTiles pack(
      Place place, WeightFormat format, SampleKernels.Entries matrix, int outputs, int inputs) {
    return switch (format) {
      case FLOAT32 -> new FloatTiles(place, matrix, outputs, inputs);
      case BFLOAT16 -> new BFloat16Tiles(place, matrix, outputs, inputs);
      case INT8 -> Int8Tiles.of(place, matrix, outputs, inputs);
    };
  }

  /** Bytes of a packed matrix, whole cache lines. */
  static long bytes(WeightFormat format, int outputs, int inputs) {
    long bytes = (long) format.bytes() * inputs * padded(outputs);
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

  @Override
  public final int inputs() {
    return inputs;
  }

  @Override
  public final int outputs() {
    return outputs;
  }

  /** Bytes that a product reads. */
  @Override
  public final long bytes() {
    return (long) bytesPerWeight * inputs * paddedOutputs;
  }

  final float entry(SampleKernels.Entries matrix, int output, int input) {
    return output < outputs ? matrix.at(output, input) : 0f;
  }

  /** Writes the weights of one input for a tile. */
  abstract void packRow(
      long at, SampleKernels.Entries matrix, int firstOutput, int vectors, int input);

  /**
   * From memory the weights are read once for all streams, if they were packed for several. Sums
   * are in the same order for any number of streams, so that results are the same to the bit.
   *
   * @param streams 1, or where packed for several a multiple of 4
   */
  @Override
  public void product(
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
        VectorSamples.copyFew(init, s * initStride, y, s * yStride, paddedOutputs);
      }
    }
    accumulate(y, yStride, x, from, xStride, streams);
  }

  @Override
  public final void accumulate(float[] sums, int at, float[] x, int from) {
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
        pair(sums, output, stride, x, from, xStride, streams, expanded.address());
      }
      return;
    }
    for (int s = 0; s < streams; s++) {
      accumulate(sums, s * stride, x, from + s * xStride);
    }
  }

  /** Adds the products of one stream to the sums of one tile of outputs. */
  abstract void tile(int vectors, float[] sums, int at, float[] x, int from, long w);

  /**
   * The same for a range of the outputs, pairs of vectors, by a worker's own memory; packed for
   * several streams.
   *
   * @param streams any number
   * @param expanding {@link #EXPANDED} bytes
   */
  final void accumulatePairs(
      float[] sums, float[] x, int streams, int fromOutput, int toOutput, long expanding) {
    for (int output = fromOutput; output < toOutput; output += PART * WIDTH) {
      pair(sums, output, paddedOutputs, x, 0, inputs, streams, expanding);
    }
  }

  /** What sums of products are multiplied with, of each output; null for nothing. */
  float @Nullable [] scales() {
    return null;
  }

  /** Two vectors of outputs of all streams, block after block of inputs. */
  private void pair(
      float[] sums,
      int output,
      int stride,
      float[] x,
      int from,
      int xStride,
      int streams,
      long expanding) {
    long row = (long) PART * WIDTH * bytesPerWeight;
    long w = weights.address() + (long) output * inputs * bytesPerWeight;
    for (int i = 0; i < inputs; i += BLOCK) {
      int count = Math.min(BLOCK, inputs - i);
      long floats = expand(w + i * row, count, expanding);
      int s = 0;
      for (; s <= streams - 2 * GROUP; s += 2 * GROUP) {
        int in = from + s * xStride + i;
        StreamProducts.eight(sums, s * stride + output, stride, x, in, xStride, floats, count);
      }
      if (s <= streams - GROUP) {
        int in = from + s * xStride + i;
        StreamProducts.four(sums, s * stride + output, stride, x, in, xStride, floats, count);
        s += GROUP;
      }
      for (; s < streams; s++) {
        StreamProducts.one(sums, s * stride + output, x, from + s * xStride + i, floats, count);
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
