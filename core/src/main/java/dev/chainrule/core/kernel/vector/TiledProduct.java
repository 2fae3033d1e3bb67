package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.Rows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Brings rows of memory to the arrays on which {@link PackedTiles} work, and back. The arrays are a
 * worker's own, so that several can multiply with the same weights; they grow to the largest
 * product and are then kept.
 */
final class TiledProduct {
  private static final int PAIR = PackedTiles.PART * WIDTH;

  private final MemorySegment expanding = Memory.allocate(PackedTiles.EXPANDED);
  private float[] inputs = {};
  private float[] sums = {};

  /** As {@link dev.chainrule.core.kernel.StepKernels#product} has it. */
  void run(Rows y, @Nullable Rows base, TiledLinear w, Rows x, int rows, int from, int to) {
    PackedTiles tiles = w.tiles();
    int width = tiles.paddedOutputs;
    int first = from / PAIR * PAIR;
    int end = Math.ceilDiv(to, PAIR) * PAIR;
    begin(w, x, rows, first, end);
    if (w.whole()) {
      for (int n = 0; n < rows; n++) {
        tiles.accumulate(sums, n * width, inputs, n * tiles.inputs);
      }
    } else {
      tiles.accumulatePairs(sums, inputs, rows, first, end, expanding.address());
    }
    float[] scales = tiles.scales();
    for (int n = 0; n < rows; n++) {
      long out = y.address() + 4L * n * y.stride();
      long added = base == null ? 0 : base.address() + 4L * n * base.stride();
      for (int o = from; o < to; o++) {
        float sum = sums[n * width + o];
        if (scales != null) {
          sum = Math.fma(sum, scales[o], w.bias()[o]);
        }
        Memory.putFloat(out + 4L * o, added == 0 ? sum : sum + Memory.getFloat(added + 4L * o));
      }
    }
  }

  /** Copies the inputs; sums begin with the bias, or where they are scaled with zero. */
  private void begin(TiledLinear w, Rows x, int rows, int first, int end) {
    PackedTiles tiles = w.tiles();
    int width = tiles.paddedOutputs;
    if (inputs.length < rows * tiles.inputs) {
      inputs = new float[rows * tiles.inputs];
    }
    if (sums.length < rows * width) {
      sums = new float[rows * width];
    }
    boolean scaled = tiles.scales() != null;
    for (int n = 0; n < rows; n++) {
      long at = x.address() + 4L * n * x.stride();
      for (int i = 0; i < tiles.inputs; i++) {
        inputs[n * tiles.inputs + i] = Memory.getFloat(at + 4L * i);
      }
      if (scaled) {
        Arrays.fill(sums, n * width + first, n * width + end, 0);
      } else {
        System.arraycopy(w.bias(), first, sums, n * width + first, end - first);
      }
    }
  }
}
