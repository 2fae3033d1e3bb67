package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Products of rows with {@link BlockLinear} weights: float32 sums of the weights as floats, which
 * they become in registers, or for several rows and for formats without a loop of their own in
 * memory, a few outputs at a time. A row comes out the same to the bit either way.
 *
 * <p>The memory is a worker's own; it grows to the longest row and is then kept.
 */
final class BlockProduct {
  private static final int PAIR = 2 * WIDTH;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final MatVec floats = new MatVec();
  private final BlockFours fours = new BlockFours();
  private final BlockBatch batch = new BlockBatch();
  private final Tensor partial = Tensor.zeros(DType.FLOAT32, 2, WIDTH);
  private MemorySegment oddRow = Memory.allocate(0);
  private float[] tile = {};

  /** As {@link dev.chainrule.core.kernel.StepKernels#product} has it. */
  void run(Rows y, @Nullable Rows base, BlockLinear w, Rows x, int rows, int from, int to) {
    boolean add = base != null;
    if (base != null && base != y) {
      for (int n = 0; n < rows; n++) {
        long added = base.address() + 4 * (n * base.stride() + from);
        MemorySegment.copy(
            ALL, added, ALL, y.address() + 4 * (n * y.stride() + from), 4L * (to - from));
      }
    }
    Tensor biasTensor = w.bias();
    long bias = biasTensor == null ? 0 : biasTensor.address();
    long weights = w.address();
    BlockMatrix matrix = w.matrix();
    boolean direct = isDirect(matrix.format(), matrix.columns());
    if (matrix.format() == BlockFormat.Q8_0 && direct && rows > 1) {
      fours.bytes(
          y.address(),
          4 * y.stride(),
          add,
          x.address(),
          4 * x.stride(),
          weights,
          bias,
          rows,
          matrix.columns(),
          from,
          to);
      return;
    }
    if (rows < 3 && direct) {
      for (int n = 0; n < rows; n++) {
        long yn = y.address() + 4L * n * y.stride();
        long xn = x.address() + 4L * n * x.stride();
        one(matrix, yn, add, xn, weights, bias, from, to);
      }
      return;
    }
    int in = matrix.columns();
    if (matrix.format() == BlockFormat.F32 && x.stride() == in && y.stride() == matrix.rows()) {
      floats.multiply(
          y.address(), add, x.address(), weights, bias, rows, in, matrix.rows(), from, to);
      return;
    }
    if (in % PAIR == 0) {
      batch.run(y, add, w, x, rows, from, to);
    } else {
      oddly(y, add, w, x, rows, from, to);
    }
  }

  /** Whether one row is multiplied with the weights as they lie. */
  private static boolean isDirect(BlockFormat format, int in) {
    return switch (format) {
      case F32 -> true;
      case F16, BF16 -> in % PAIR == 0;
      case Q8_0 -> BlockDots.WHOLE;
      default -> false;
    };
  }

  private void one(
      BlockMatrix w, long y, boolean add, long x, long weights, long bias, int from, int to) {
    int in = w.columns();
    long sums = partial.address();
    switch (w.format()) {
      case F16 -> BlockDots.halves(y, add, x, weights, bias, in, from, to, sums);
      case BF16 -> BlockDots.bfloats(y, add, x, weights, bias, in, from, to, sums);
      case Q8_0 -> BlockDots.bytes(y, add, x, weights, bias, in, from, to, sums);
      default -> floats.multiply(y, add, x, weights, bias, 1, in, w.rows(), from, to);
    }
  }

  /** Rows that are no whole number of pairs of vectors, which few models have. */
  private void oddly(Rows y, boolean add, BlockLinear w, Rows x, int rows, int from, int to) {
    int in = w.inputs();
    if (tile.length < in) {
      tile = new float[in];
    }
    if (oddRow.byteSize() < 4L * in) {
      oddRow = Memory.allocate(4L * in);
    }
    Tensor bias = w.bias();
    for (int o = from; o < to; o++) {
      w.matrix().row(o, tile, 0);
      MemorySegment.copy(tile, 0, oddRow, FLOAT, 0, in);
      long row = oddRow.address() - 4L * o * in;
      for (int n = 0; n < rows; n++) {
        long yn = y.address() + 4L * n * y.stride();
        long xn = x.address() + 4L * n * x.stride();
        floats.multiply(
            yn, add, xn, row, bias == null ? 0 : bias.address(), 1, in, w.outputs(), o, o + 1);
      }
    }
  }
}
