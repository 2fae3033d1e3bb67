package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.blas.Gemm;
import dev.chainrule.core.quant.BlockFormat;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Products of many rows by the library's product of matrices, which adds in an order of its own:
 * float32 weights as they lie, others a panel at a time, whose weights become floats and meet all
 * rows. Where the processor multiplies bfloat16, twice as fast or faster, codes and their rows are
 * rounded to it: by less than half of what codes of 8 bits are off.
 *
 * <p>The memory is a worker's own; it grows to the largest product and is then kept.
 */
final class MatrixProduct {
  private static final int OUTPUTS = StepKernels.PANEL;

  /** Inputs of a panel, whole blocks of every format: half a MiB of floats. */
  private static final int INPUTS = 1024;

  private final WidenedCodes codes = new WidenedCodes();
  private final WidenedRows rows = new WidenedRows();
  private final RoundedRows rounded = new RoundedRows();
  private final HalvedRows halved = new HalvedRows();
  private final HalvedRows roundedHalved = new HalvedRows();

  private MemorySegment panel = Memory.allocate(0);
  private MemorySegment halves = Memory.allocate(0);

  /** Whether weights are of a form that is known here. */
  static boolean takes(PackedLinear w) {
    return w instanceof PackedRows || w instanceof BlockLinear || w instanceof CodeLinear;
  }

  /** The next rows are others than the last. */
  void forget() {
    rounded.forget();
    halved.forget();
    roundedHalved.forget();
  }

  /** As {@link dev.chainrule.core.kernel.StepKernels#matrixProduct} has it. */
  void run(Rows y, @Nullable Rows base, PackedLinear w, Rows x, int count, int from, int to) {
    if (from == to) {
      return;
    }
    if (w instanceof PackedRows packed) {
      float beta = begin(y, base, packed.bias(), count, from, to);
      whole(y, packed.weight().address(), x, count, w.inputs(), from, to, beta);
    } else if (w instanceof BlockLinear blocks) {
      float beta = begin(y, base, blocks.bias(), count, from, to);
      BlockFormat format = blocks.matrix().format();
      if (format == BlockFormat.F32) {
        whole(y, blocks.address(), x, count, w.inputs(), from, to, beta);
      } else {
        long met = format.elements() > 1 ? halves(halved, x, count, w.inputs()) : 0;
        panels(y, blocks, x, met, count, from, to, beta);
      }
    } else if (w instanceof CodeLinear linear) {
      float beta = begin(y, base, linear.bias(), count, from, to);
      Rows bytes = rounded.of(x, count, w.inputs());
      long met = halves(roundedHalved, bytes, count, w.inputs());
      panels(y, linear, bytes, met, count, from, to, beta);
    } else {
      throw new IllegalArgumentException("weights of another engine: " + w);
    }
  }

  /**
   * Puts into the output what the product is added to.
   *
   * @return what the library multiplies the output with: 0 if there is nothing
   */
  private static float begin(
      Rows y, @Nullable Rows base, @Nullable Tensor bias, int count, int from, int to) {
    if (base == null && bias == null) {
      return 0;
    }
    int n = to - from;
    for (int row = 0; row < count; row++) {
      long at = y.address() + 4 * (row * y.stride() + from);
      long added = base == null ? 0 : base.address() + 4 * (row * base.stride() + from);
      long shift = bias == null ? 0 : bias.address() + 4L * from;
      if (added != 0 && shift != 0) {
        Elementwise.add(at, added, shift, n);
      } else if (added != at) {
        Memory.copy(added == 0 ? shift : added, at, 4L * n);
      }
    }
    return 1;
  }

  private void whole(
      Rows y, long weights, Rows x, int count, int inputs, int from, int to, float beta) {
    for (int o = from; o < to; o += OUTPUTS) {
      long first = weights + 4L * o * inputs;
      multiply(y, o, Math.min(OUTPUTS, to - o), x, 0, count, inputs, true, first, inputs, beta);
    }
  }

  /** The address of rows rounded to bfloat16; 0 where the processor does not multiply it. */
  private static long halves(HalvedRows kept, Rows x, int count, int inputs) {
    return Gemm.forRows().multipliesBfloat16() ? kept.of(x, count, inputs) : 0;
  }

  /**
   * Panel by panel.
   *
   * @param met address of the rows rounded to bfloat16 [count, inputs], which meet panels that are
   *     rounded too; 0 for floats
   */
  private void panels(
      Rows y, PackedLinear w, Rows x, long met, int count, int from, int to, float beta) {
    int inputs = w.inputs();
    boolean byRows = isByRows(w);
    for (int o = from; o < to; o += OUTPUTS) {
      int outputs = Math.min(OUTPUTS, to - o);
      for (int i = 0; i < inputs; i += INPUTS) {
        int k = Math.min(INPUTS, inputs - i);
        float times = i == 0 ? beta : 1;
        int stride = widen(w, o, outputs, i, k);
        if (met == 0) {
          multiply(y, o, outputs, x, i, count, k, byRows, panel.address(), stride, times);
          continue;
        }
        BFloats.round(panel.address(), halves.address(), (byRows ? outputs : k) * stride);
        Gemm.forRows()
            .bfloat16Product(
                byRows,
                count,
                outputs,
                k,
                met + 2L * i,
                inputs,
                halves.address(),
                stride,
                times,
                y.address() + 4L * o,
                Math.toIntExact(y.stride()));
      }
    }
  }

  /** A panel is [outputs, inputs], or of codes, whose groups are of outputs, [inputs, outputs]. */
  private static boolean isByRows(PackedLinear w) {
    return w instanceof BlockLinear;
  }

  /**
   * Fills the panel.
   *
   * @return floats from a row of it to the next
   */
  private int widen(PackedLinear w, int output, int outputs, int input, int inputs) {
    grow(inputs);
    if (w instanceof CodeLinear linear) {
      codes.fill(linear, output, outputs, input, inputs, panel.address(), OUTPUTS);
      return OUTPUTS;
    }
    rows.fill((BlockLinear) w, output, outputs, input, inputs, panel.address());
    return inputs;
  }

  private void grow(int inputs) {
    long bytes = 4L * OUTPUTS * inputs;
    if (panel.byteSize() < bytes) {
      panel = Memory.allocate(bytes);
      halves = Memory.allocate(bytes / 2);
    }
  }

  /**
   * Some outputs of all rows from some of their inputs.
   *
   * @param transposed whether weights are [outputs, inputs], and not [inputs, outputs]
   * @param stride floats from a row of weights to the next
   */
  private void multiply(
      Rows y,
      int output,
      int outputs,
      Rows x,
      int input,
      int count,
      int inputs,
      boolean transposed,
      long weights,
      int stride,
      float beta) {
    Gemm.forRows()
        .sgemm(
            false,
            transposed,
            count,
            outputs,
            inputs,
            1,
            x.address() + 4L * input,
            Math.toIntExact(x.stride()),
            weights,
            stride,
            beta,
            y.address() + 4L * output,
            Math.toIntExact(y.stride()));
  }
}
