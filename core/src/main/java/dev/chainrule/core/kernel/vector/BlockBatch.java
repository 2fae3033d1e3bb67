package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.RowTiles.OUTPUTS;
import static dev.chainrule.core.kernel.vector.RowTiles.ROWS;
import static dev.chainrule.core.kernel.vector.RowTiles.SUMS;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Products of many rows with {@link BlockLinear} weights, as matrices: the weights of some outputs
 * become floats once, and meet all rows, tile by tile. A sum is that of {@link MatVec}: one of
 * every other vector of inputs, one of those between, in the order of the inputs.
 *
 * <p>Rows and weights lie as tiles read them: of some inputs first the even vectors and then the
 * odd ones, of each tile's rows or outputs side by side.
 *
 * <p>The memory is a worker's own; it grows to the largest product and is then kept.
 */
final class BlockBatch {
  private static final int PAIR = 2 * WIDTH;

  /** Most inputs of which a tile takes the even or the odd vectors at once. */
  private static final int SPAN = 1024;

  /** Bytes of weights that all rows meet before others come, to stay in the first cache. */
  private static final int PANEL_BYTES = 16 << 10;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final float[] ZEROS = new float[SUMS];

  private final float[] four = new float[Math.max(OUTPUTS, WIDTH)];
  private float[] row = {};
  private MemorySegment floats = Memory.allocate(0);
  private float[] inputs = {};
  private float[] panel = {};
  private float[] sums = {};

  /**
   * As {@link dev.chainrule.core.kernel.StepKernels#product} has it.
   *
   * @param add whether to add to y
   * @param w whose inputs are whole pairs of vectors
   */
  void run(Rows y, boolean add, BlockLinear w, Rows x, int rows, int from, int to) {
    int in = w.inputs();
    int span = Math.min(in, SPAN);
    int twos = Math.ceilDiv(rows, ROWS);
    int fours = Math.clamp(PANEL_BYTES / (2L * OUTPUTS * span), 1, 4);
    grow(in, twos, fours);
    for (int n = 0; n < rows; n++) {
      interleave(x.address() + 4L * n * x.stride(), in, n / ROWS, twos, n % ROWS, ROWS, inputs);
    }
    long weights = w.address();
    for (int o = from; o < to; o += fours * OUTPUTS) {
      int outputs = Math.min(fours * OUTPUTS, to - o);
      for (int i = 0; i < outputs; i++) {
        long floats = expand(w.matrix(), weights, o + i);
        interleave(floats, in, i / OUTPUTS, fours, i % OUTPUTS, OUTPUTS, panel);
      }
      multiply(in, twos, fours, Math.ceilDiv(outputs, OUTPUTS));
      for (int n = 0; n < rows; n++) {
        finish(y, add, w, n, fours, o, outputs);
      }
    }
  }

  private void grow(int in, int twos, int fours) {
    if (row.length < in) {
      row = new float[in];
      floats = Memory.allocate(4L * in);
    }
    if (inputs.length < twos * ROWS * in) {
      inputs = new float[twos * ROWS * in];
    }
    if (panel.length < fours * OUTPUTS * in) {
      panel = new float[fours * OUTPUTS * in];
    }
    if (sums.length < twos * fours * 2 * SUMS) {
      sums = new float[twos * fours * 2 * SUMS];
    }
  }

  /**
   * Puts a row where tiles read it.
   *
   * @param row of floats
   * @param tile of so many
   * @param place within the tile, of so many
   */
  private static void interleave(
      long row, int in, int tile, int tiles, int place, int places, float[] to) {
    int all = tiles * places;
    for (int from = 0; from < in; from += SPAN) {
      int pairs = Math.min(SPAN, in - from) / PAIR;
      int even = from * all + (tile * pairs * places + place) * WIDTH;
      int odd = even + tiles * pairs * places * WIDTH;
      for (int i = 0; i < pairs; i++) {
        long at = row + 4L * (from + i * PAIR);
        fromMemorySegment(FLOATS, ALL, at, ORDER).intoArray(to, even + i * places * WIDTH);
        fromMemorySegment(FLOATS, ALL, at + BYTES, ORDER).intoArray(to, odd + i * places * WIDTH);
      }
    }
  }

  private void multiply(int in, int twos, int fours, int used) {
    for (int from = 0; from < in; from += SPAN) {
      int pairs = Math.min(SPAN, in - from) / PAIR;
      for (int odd = 0; odd < 2; odd++) {
        for (int t = 0; t < twos; t++) {
          int x = (from * twos + (odd * twos + t) * pairs * WIDTH) * ROWS;
          for (int f = 0; f < used; f++) {
            int w = (from * fours + (odd * fours + f) * pairs * WIDTH) * OUTPUTS;
            int at = ((t * fours + f) * 2 + odd) * SUMS;
            float[] before = from == 0 ? ZEROS : sums;
            RowTiles.add(inputs, x, panel, w, pairs, before, from == 0 ? 0 : at, sums, at);
          }
        }
      }
    }
  }

  /** Some outputs of a row. */
  private void finish(
      Rows y, boolean add, BlockLinear w, int n, int fours, int first, int outputs) {
    Tensor bias = w.bias();
    long to = y.address() + 4 * (n * y.stride() + first);
    for (int i = 0; i < outputs; i += OUTPUTS) {
      int even = 2 * (n / ROWS * fours + i / OUTPUTS) * SUMS + n % ROWS * OUTPUTS * WIDTH;
      if (WIDTH >= 8) {
        RowTiles.outputs(sums, even, four);
      } else {
        RowTiles.outputsOneByOne(sums, even, four);
      }
      for (int j = 0; j < Math.min(OUTPUTS, outputs - i); j++) {
        float value = four[j];
        if (bias != null) {
          value += Memory.getFloat(bias.address() + 4L * (first + i + j));
        }
        if (add) {
          value += Memory.getFloat(to + 4L * (i + j));
        }
        Memory.putFloat(to + 4L * (i + j), value);
      }
    }
  }

  /** Where the weights of an output are as floats. */
  private long expand(BlockMatrix w, long weights, int o) {
    int in = w.columns();
    long from = weights + o * w.rowBytes();
    BlockFormat format = w.format();
    if (format == BlockFormat.F32) {
      return from;
    }
    if (format == BlockFormat.F16) {
      BlockDots.expandHalves(from, in, row, 0);
    } else if (format == BlockFormat.BF16) {
      BlockDots.expandBfloats(from, in, row, 0);
    } else if (format == BlockFormat.Q8_0 && BlockDots.WHOLE) {
      BlockDots.expandBytes(from, in / 32, row, 0);
    } else {
      w.row(o, row, 0);
    }
    MemorySegment.copy(row, 0, ALL, FLOAT, floats.address(), in);
    return floats.address();
  }
}
