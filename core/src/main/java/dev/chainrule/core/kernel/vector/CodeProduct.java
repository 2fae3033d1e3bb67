package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Products of rows with {@link CodeLinear} weights. A few rows meet the codes as they lie; for more
 * a group's codes are taken apart once. Sums of codes are whole and those of blocks have one order,
 * so that a row comes out the same to the bit either way.
 *
 * <p>The memory is a worker's own; it grows to the largest product and is then kept.
 */
final class CodeProduct {
  /** Rows from which taking a group's codes apart pays. */
  private static final int MANY = 4;

  /** Rows whose sums are kept at once. */
  private static final int GROUP = 4;

  private final ByteRows inputs = new ByteRows();
  private final Tensor result = Tensor.zeros(DType.FLOAT32, WIDTH);
  private MemorySegment sums = Memory.allocate(0);
  private MemorySegment expanded = Memory.allocate(0);

  /** As {@link dev.chainrule.core.kernel.StepKernels#product} has it. */
  void run(Rows y, @Nullable Rows base, CodeLinear w, Rows x, int rows, int from, int to) {
    CodeLayout layout = w.layout();
    boolean single = rows < MANY;
    inputs.round(x, rows, w.inputs(), layout, single);
    long rowBytes = (long) (w.inputs() / layout.part) * BYTES;
    if (sums.byteSize() < 2 * GROUP * rowBytes) {
      sums = Memory.allocate(2 * GROUP * rowBytes);
    }
    long codes = (long) w.inputs() / 2 * BYTES;
    if (!single && expanded.byteSize() < 2 * codes) {
      expanded = Memory.allocate(2 * codes);
    }
    if (single) {
      for (int o = from; o < to; o += WIDTH) {
        long weights = w.weights().address() + o / WIDTH * w.groupBytes();
        for (int n = 0; n < rows; n++) {
          alone(weights, w, n);
          finish(y, base, w, n, sums.address(), o, to);
        }
      }
      return;
    }
    for (int o = from; o < to; o += 2 * WIDTH) {
      boolean twice = o + WIDTH < to;
      long weights = w.weights().address() + o / WIDTH * w.groupBytes();
      CodeSums.expand(weights, layout, w.blocks(), expanded.address());
      if (twice) {
        long other = weights + w.groupBytes();
        CodeSums.expand(other, layout, w.blocks(), expanded.address() + codes);
      }
      for (int n = 0; n < rows; n += GROUP) {
        int count = Math.min(GROUP, rows - n);
        together(w, n, count, rowBytes, twice);
        for (int i = 0; i < count; i++) {
          long sum = sums.address() + i * rowBytes;
          finish(y, base, w, n + i, sum, o, to);
          if (twice) {
            finish(y, base, w, n + i, sum + GROUP * rowBytes, o + WIDTH, to);
          }
        }
      }
    }
  }

  private void alone(long weights, CodeLinear w, int row) {
    CodeLayout layout = w.layout();
    int pair = row * (w.inputs() / 2);
    if (layout.highBits == 0) {
      CodeSums.four(weights, layout, w.blocks(), inputs, pair, sums.address());
    } else {
      int part = row * (w.inputs() / layout.part);
      CodeSums.more(weights, layout, w.blocks(), inputs, pair, part, sums.address());
    }
  }

  /** The sums of up to four rows, of one group of outputs or two. */
  private void together(CodeLinear w, int row, int count, long rowBytes, boolean twice) {
    int stride = w.inputs() / 2;
    int pairs = w.layout().part / 2;
    int parts = w.inputs() / w.layout().part;
    int at = row * stride;
    long codes = expanded.address();
    long to = sums.address();
    long groupBytes = (long) stride * BYTES;
    float[] x = inputs.plain;
    if (count == GROUP && twice) {
      CodeSums.fourRowsTwice(codes, groupBytes, parts, pairs, x, at, stride, to, rowBytes);
      return;
    }
    if (count == GROUP) {
      CodeSums.fourRows(codes, parts, pairs, x, at, stride, to, rowBytes);
      return;
    }
    for (int n = 0; n < count; n++) {
      int first = at + n * stride;
      CodeSums.oneRow(codes, parts, pairs, x, first, to + n * rowBytes);
      if (twice) {
        long other = to + (GROUP + n) * rowBytes;
        CodeSums.oneRow(codes + groupBytes, parts, pairs, x, first, other);
      }
    }
  }

  /** The outputs of a group in one row, of those before {@code to}. */
  private void finish(Rows y, @Nullable Rows base, CodeLinear w, int row, long sum, int o, int to) {
    long weights = w.weights().address() + o / WIDTH * w.groupBytes();
    CodeScales.run(result.address(), weights, w.layout(), w.blocks(), inputs, row, sum);
    Tensor bias = w.bias();
    put(
        y.address() + 4 * (row * y.stride() + o),
        base == null ? Lanes.ZEROS : base.address() + 4 * (row * base.stride() + o),
        bias == null ? Lanes.ZEROS : bias.address() + 4L * o,
        result.address(),
        Math.min(WIDTH, to - o));
  }

  private static void put(long y, long base, long bias, long result, int lanes) {
    VectorMask<Float> mask = LANE.compare(LT, (float) lanes);
    fromMemorySegment(FLOATS, ALL, result, ORDER)
        .add(fromMemorySegment(FLOATS, ALL, bias, ORDER, mask))
        .add(fromMemorySegment(FLOATS, ALL, base, ORDER, mask))
        .intoMemorySegment(ALL, y, ORDER, mask);
  }
}
