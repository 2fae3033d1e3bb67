package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
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
  /** Rows of a tile. */
  private static final int TILE = 4;

  private final Map<CodeLayout, CodePanel> panels = new EnumMap<>(CodeLayout.class);
  private float[] sums = {};
  private float[] totals = {};

  /**
   * As {@link dev.chainrule.core.kernel.StepKernels#product} has it.
   *
   * @param x rounded
   */
  void run(Rows y, @Nullable Rows base, CodeLinear w, ByteRows x, int rows, int from, int to) {
    CodePanel panel = panels.computeIfAbsent(w.layout(), CodePanel::new);
    int room = Math.ceilDiv(rows, TILE) * TILE * 2 * WIDTH;
    if (totals.length < room) {
      totals = new float[room];
    }
    int most = panel.most * w.layout().parts() * 2 * TILE * WIDTH;
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
        for (int n = 0; n < rows; n += TILE) {
          tile(w, panel, x, n, rows - 1, block, blocks);
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

  /** Four rows; those behind the last are the last again. */
  private void tile(
      CodeLinear w, CodePanel panel, ByteRows x, int row, int last, int block, int blocks) {
    CodeLayout layout = w.layout();
    int n1 = Math.min(row + 1, last);
    int n2 = Math.min(row + 2, last);
    int n3 = Math.min(row + 3, last);
    int stride = w.inputs() / 2;
    int at = block * (layout.block / 2);
    CodeTiles.sums(
        sums,
        x.plain,
        row * stride + at,
        n1 * stride + at,
        n2 * stride + at,
        n3 * stride + at,
        panel.codes,
        blocks * (layout.block / 2),
        layout.part / 2);
    CodeTiles.toFloats(sums, blocks * layout.parts() * 2 * TILE * WIDTH);
    int scales = w.inputs() / ByteRows.BLOCK;
    int first = block * (layout.block / ByteRows.BLOCK);
    int x0 = row * scales + first;
    int x1 = n1 * scales + first;
    int x2 = n2 * scales + first;
    int x3 = n3 * scales + first;
    if (panel.offset() != 0) {
      int parts = blocks * layout.parts();
      CodeTiles.shift(sums, 0, parts, x.offset, x0);
      CodeTiles.shift(sums, 1, parts, x.offset, x1);
      CodeTiles.shift(sums, 2, parts, x.offset, x2);
      CodeTiles.shift(sums, 3, parts, x.offset, x3);
    }
    int total = 2 * row * WIDTH;
    CodeTotals.add(layout, totals, total, sums, 0, panel, blocks, x, x0, x1);
    total += TILE * WIDTH;
    CodeTotals.add(layout, totals, total, sums, TILE * WIDTH, panel, blocks, x, x2, x3);
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
