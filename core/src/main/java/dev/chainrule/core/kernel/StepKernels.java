package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockMatrix;
import org.jspecify.annotations.Nullable;

/**
 * What incremental evaluation does beside the operations of the tape: products of a few rows with
 * weights that stay the same, whose cost is reading the weights once, and moving rows about.
 */
public interface StepKernels {
  /** Floats in a cache line. */
  int LINE = 16;

  /** Outputs that a product of matrices computes at a time. */
  int PANEL = 128;

  /** How the weights of a product are read. */
  enum Reading {
    /** By one worker, mostly from its caches: all outputs of a step at once. */
    CACHED,
    /** From memory, by a team of workers of which each computes a range of the outputs. */
    STREAMED
  }

  /**
   * Makes a linear map ready. A format that is read as weights lie shares their memory, so the
   * caller gives what does not change any more: a decoder has a snapshot of all weights.
   *
   * @param weight [O, I], or [O, K, I] for K I inputs
   * @param bias [O]
   */
  PackedLinear pack(Tensor weight, @Nullable Tensor bias, WeightFormat format, Reading reading);

  /**
   * Makes a linear map of a file's blocks ready. Where rows are read as they lie, the file must
   * stay open; an engine may interleave them instead. The inputs of a product may be rounded too,
   * to 8 bits with a scale for each 32 of a row, where the codes of the weights have 4 to 6 bits.
   *
   * @param weight [O, I]
   * @param bias [O]
   */
  PackedLinear pack(BlockMatrix weight, @Nullable Tensor bias, Reading reading);

  /** As {@link #pack(Tensor, Tensor, WeightFormat, Reading)}, float32 for one worker's caches. */
  default PackedLinear pack(Tensor weight, @Nullable Tensor bias) {
    return pack(weight, bias, WeightFormat.FLOAT32, Reading.CACHED);
  }

  /**
   * {@code y[n] = base[n] + bias + x[n] w^T} for N rows, outputs {@code from} to {@code to}. A row
   * comes out the same, to the bit, beside any others and however the outputs are split.
   *
   * @param y rows of O
   * @param base rows of O, added; may be y
   * @param w made by kernels of the same engine
   * @param x rows of I
   */
  void product(Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows, int from, int to);

  /**
   * As {@link #product(Rows, Rows, PackedLinear, Rows, int, int, int)}, of the rows of this
   * instance's last product, which have not changed since: what it made of them may be used again.
   */
  default void productOfSame(
      Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows, int from, int to) {
    product(y, base, w, x, rows, from, to);
  }

  /**
   * As {@link #product(Rows, Rows, PackedLinear, Rows, int, int, int)}, of so many rows that it may
   * be a product of matrices by a library, which is faster and adds in another order: a row comes
   * out as it would alone but for the last bits, and with weights in codes but for the rounding of
   * both factors to bfloat16, where the processor multiplies that. The same rows give the same to
   * the bit however the outputs are split, if they are split at multiples of {@link #PANEL}.
   *
   * @param same whether the rows are those of this instance's last product
   */
  default void matrixProduct(
      Rows y,
      @Nullable Rows base,
      PackedLinear w,
      Rows x,
      int rows,
      int from,
      int to,
      boolean same) {
    if (same) {
      productOfSame(y, base, w, x, rows, from, to);
    } else {
      product(y, base, w, x, rows, from, to);
    }
  }

  /**
   * The first output of a part when outputs are split over workers: a part is whole cache lines of
   * them.
   */
  static int from(int outputs, int part, int parts) {
    return from(outputs, part, parts, LINE);
  }

  /** The same, of parts that are whole units of outputs. */
  static int from(int outputs, int part, int parts, int unit) {
    int units = Math.ceilDiv(outputs, unit);
    return Math.min(outputs, (int) ((long) units * part / parts) * unit);
  }

  /** As {@link #product(Rows, Rows, PackedLinear, Rows, int, int, int)}, all outputs. */
  default void product(Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows) {
    product(y, base, w, x, rows, 0, w.outputs());
  }

  /** {@code y[n] = x[n]} for N rows of C elements. */
  void copyRows(Rows y, Rows x, int rows, int width);
}
