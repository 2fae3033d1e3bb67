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

/**
 * Products of many rows with {@link BlockLinear} weights, as matrices: the weights of some outputs
 * become floats once, and meet all rows, tile by tile. A sum is that of {@link MatVec}: one of
 * every other vector of inputs, one of those between, in the order of the inputs.
 *
 * <p>Rows and weights lie as tiles read them: of some inputs one tile after the other, of each
 * first the even vectors and then the odd ones, of its rows or outputs side by side.
 *
 * <p>The memory is a worker's own; it grows to the largest product and is then kept.
 */
final class BlockBatch {
  private static final int PAIR = 2 * WIDTH;

  /** Most inputs that a tile takes at once. */
  private static final int SPAN = 768;

  /** Bytes of weights that all rows meet before others come, to stay in the first cache. */
  private static final int PANEL_BYTES = 24 << 10;

  private static final float[] ZEROS = new float[SUMS];

  private final float[] outputs = new float[Math.max(OUTPUTS, WIDTH)];
  private final WidenedRows widened = new WidenedRows();
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
    int fours = Math.clamp(PANEL_BYTES / (4L * OUTPUTS * span), 1, 4);
    grow(in, twos, fours);
    for (int n = 0; n < rows; n++) {
      interleave(x.address() + 4L * n * x.stride(), in, n / ROWS, twos, n % ROWS, ROWS, inputs);
    }
    long weights = w.address();
    for (int o = from; o < to; o += fours * OUTPUTS) {
      int count = Math.min(fours * OUTPUTS, to - o);
      for (int i = 0; i < count; i++) {
        long floats = expand(w, weights, o + i);
        interleave(floats, in, i / OUTPUTS, fours, i % OUTPUTS, OUTPUTS, panel);
      }
      for (int at = 0; at < in; at += SPAN) {
        for (int t = 0; t < twos; t++) {
          for (int f = 0; f < count; f += OUTPUTS) {
            multiply(in, at, t, twos, f / OUTPUTS, fours);
            if (at + SPAN >= in) {
              finish(y, add, w, t, Math.min(ROWS, rows - t * ROWS), f / OUTPUTS, fours, o + f, to);
            }
          }
        }
      }
    }
  }

  private void grow(int in, int twos, int fours) {
    if (floats.byteSize() < 4L * in) {
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
      int even = from * all + (2 * tile * pairs * places + place) * WIDTH;
      int odd = even + pairs * places * WIDTH;
      for (int i = 0; i < pairs; i++) {
        long at = row + 4L * (from + i * PAIR);
        fromMemorySegment(FLOATS, ALL, at, ORDER).intoArray(to, even + i * places * WIDTH);
        fromMemorySegment(FLOATS, ALL, at + BYTES, ORDER).intoArray(to, odd + i * places * WIDTH);
      }
    }
  }

  /** Adds the products of some inputs to the sums of a tile, even vectors and then odd ones. */
  private void multiply(int in, int from, int two, int twos, int four, int fours) {
    int pairs = Math.min(SPAN, in - from) / PAIR;
    int x = (from * twos + 2 * two * pairs * WIDTH) * ROWS;
    int w = (from * fours + 2 * four * pairs * WIDTH) * OUTPUTS;
    int at = sumsOf(in, two, four, fours);
    if (from == 0) {
      RowTiles.add(inputs, x, panel, w, pairs, ZEROS, 0, 0, sums, at);
    } else {
      RowTiles.add(inputs, x, panel, w, pairs, sums, at, SUMS, sums, at);
    }
  }

  /** Where a tile's sums are: those of all tiles in one place where none has to wait for others. */
  private static int sumsOf(int in, int two, int four, int fours) {
    return in <= SPAN ? 0 : (two * fours + four) * 2 * SUMS;
  }

  /** The outputs of a tile, of those before {@code to}. */
  private void finish(
      Rows y,
      boolean add,
      BlockLinear w,
      int two,
      int rows,
      int four,
      int fours,
      int first,
      int to) {
    Tensor biases = w.bias();
    long bias = biases == null ? 0 : biases.address() + 4L * first;
    for (int n = 0; n < rows; n++) {
      int even = sumsOf(w.inputs(), two, four, fours) + n * OUTPUTS * WIDTH;
      if (WIDTH >= 8) {
        RowTiles.outputs(sums, even, outputs);
      } else {
        RowTiles.outputsOneByOne(sums, even, outputs);
      }
      long at = y.address() + 4 * ((two * ROWS + n) * y.stride() + first);
      if (to - first >= OUTPUTS) {
        RowTiles.put(at, add ? at : Lanes.ZEROS, bias == 0 ? Lanes.ZEROS : bias, outputs);
      } else {
        putSome(at, add, bias, to - first);
      }
    }
  }

  private void putSome(long y, boolean add, long bias, int n) {
    for (int i = 0; i < n; i++) {
      float value = outputs[i];
      if (bias != 0) {
        value += Memory.getFloat(bias + 4L * i);
      }
      if (add) {
        value += Memory.getFloat(y + 4L * i);
      }
      Memory.putFloat(y + 4L * i, value);
    }
  }

  /** Where the weights of an output are as floats. */
  private long expand(BlockLinear w, long weights, int o) {
    BlockMatrix matrix = w.matrix();
    if (matrix.format() == BlockFormat.F32) {
      return weights + o * matrix.rowBytes();
    }
    widened.fill(w, o, 1, 0, matrix.columns(), floats.address());
    return floats.address();
  }
}
