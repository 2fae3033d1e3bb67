package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.CodeTiles.ROWS;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Products of many rows with {@link CodeLinear} weights, as matrices: some inputs of two groups of
 * outputs are taken apart once, and meet all rows, four at a time.
 *
 * <p>The memory is a worker's own; it grows to the largest product and is then kept.
 */
final class CodeBatch {
  private final Map<CodeLayout, CodePanel> panels = new EnumMap<>(CodeLayout.class);
  private float[] sums = {};
  private float[] totals = {};

  /**
   * As {@link dev.chainrule.core.kernel.StepKernels#product} has it.
   *
   * @param x rounded for many rows
   */
  void run(Rows y, @Nullable Rows base, CodeLinear w, ByteRows x, int rows, int from, int to) {
    CodePanel panel = panels.computeIfAbsent(w.layout(), CodePanel::new);
    int room = Math.ceilDiv(rows, ROWS) * ROWS * 2 * WIDTH;
    if (totals.length < room) {
      totals = new float[room];
    }
    int most = panel.most * w.layout().parts() * 2 * ROWS * WIDTH;
    if (sums.length < most) {
      sums = new float[most];
    }
    for (int o = from; o < to; o += 2 * WIDTH) {
      Arrays.fill(totals, 0, room, 0);
      for (int block = 0; block < w.blocks(); block += panel.most) {
        int blocks = Math.min(panel.most, w.blocks() - block);
        long weights =
            w.weights().address() + o / WIDTH * w.groupBytes() + block * w.layout().blockBytes();
        panel.fill(weights, blocks, 0);
        if (o + WIDTH < to) {
          panel.fill(weights + w.groupBytes(), blocks, 1);
        }
        for (int n = 0; n < rows; n += ROWS) {
          tile(w, panel, x, n, block, blocks);
        }
      }
      for (int n = 0; n < rows; n++) {
        int total = 2 * n * WIDTH;
        finish(y, base, w, n, total, o, to);
        if (o + WIDTH < to) {
          finish(y, base, w, n, total + WIDTH, o + WIDTH, to);
        }
      }
    }
  }

  /** Four rows, of which those behind the last come to nothing. */
  private void tile(CodeLinear w, CodePanel panel, ByteRows x, int row, int block, int blocks) {
    CodeLayout layout = w.layout();
    int parts = blocks * layout.parts();
    int pair = row * (w.inputs() / 2) + ROWS * block * (layout.block / 2);
    int pairs = blocks * (layout.block / 2);
    CodeTiles.sums(sums, x.plain, pair, panel.codes, pairs, layout.part / 2);
    int first =
        row * (w.inputs() / ByteRows.BLOCK) + ROWS * block * (layout.block / ByteRows.BLOCK);
    if (panel.offset() != 0) {
      for (int n = 0; n < ROWS; n++) {
        CodeTiles.shift(sums, n, parts, x.offset, first + n);
      }
    }
    int total = 2 * row * WIDTH;
    CodeTotals.add(layout, totals, total, sums, 0, panel, blocks, x, first);
    total += ROWS * WIDTH;
    CodeTotals.add(layout, totals, total, sums, ROWS * WIDTH, panel, blocks, x, first + 2);
  }

  /** The outputs of a group in one row, of those before {@code to}. */
  private void finish(
      Rows y, @Nullable Rows base, CodeLinear w, int row, int total, int o, int to) {
    Tensor bias = w.bias();
    put(
        y.address() + 4 * (row * y.stride() + o),
        base == null ? Lanes.ZEROS : base.address() + 4 * (row * base.stride() + o),
        bias == null ? Lanes.ZEROS : bias.address() + 4L * o,
        totals,
        total,
        Math.min(WIDTH, to - o));
  }

  private static void put(long y, long base, long bias, float[] totals, int at, int lanes) {
    if (lanes == WIDTH) {
      fromArray(FLOATS, totals, at)
          .add(fromMemorySegment(FLOATS, ALL, bias, ORDER))
          .add(fromMemorySegment(FLOATS, ALL, base, ORDER))
          .intoMemorySegment(ALL, y, ORDER);
      return;
    }
    VectorMask<Float> mask = LANE.compare(LT, (float) lanes);
    fromArray(FLOATS, totals, at)
        .add(fromMemorySegment(FLOATS, ALL, bias, ORDER, mask))
        .add(fromMemorySegment(FLOATS, ALL, base, ORDER, mask))
        .intoMemorySegment(ALL, y, ORDER, mask);
  }
}
