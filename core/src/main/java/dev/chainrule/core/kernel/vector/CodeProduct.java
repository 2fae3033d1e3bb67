package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Products of rows with {@link CodeLinear} weights. Codes of 4 bits meet one or four rows as they
 * lie; those of more bits a few rows, and for more rows a group's are taken apart once. Sums of
 * codes are whole and those of blocks have one order, so that a row comes out the same to the bit
 * either way.
 *
 * <p>The memory is a worker's own; it grows to the largest product and is then kept.
 */
final class CodeProduct {
  /** Rows from which taking a group's codes apart pays, where they have more than 4 bits. */
  private static final int MANY = 4;

  private static final int FOUR = CodeTiles.ROWS;

  /** Weights that a few rows meet before the next ones are read. */
  private static final long NEAR_BYTES = 16 << 10;

  private final ByteRows inputs = new ByteRows();
  private final CodeBatch batch = new CodeBatch();

  /** For which layout the rows of the last product were rounded, until others come. */
  private @Nullable CodeLayout known;

  private MemorySegment results = Memory.allocate(BYTES);
  private MemorySegment sums = Memory.allocate(0);

  /** The next rows are others than the last. */
  void forget() {
    known = null;
  }

  /** As {@link dev.chainrule.core.kernel.StepKernels#productOfSame} has it. */
  void run(Rows y, @Nullable Rows base, CodeLinear w, Rows x, int rows, int from, int to) {
    CodeLayout layout = w.layout();
    boolean single = layout.highBits == 0 ? rows == 1 : rows < MANY;
    if (known != layout) {
      inputs.round(x, rows, w.inputs(), layout, single);
      known = layout;
    }
    if (layout.highBits == 0) {
      asTheyLie(y, base, w, rows, from, to);
      return;
    }
    if (!single) {
      batch.run(y, base, w, inputs, rows, from, to);
      return;
    }
    long rowBytes = (long) (w.inputs() / layout.part) * BYTES;
    if (sums.byteSize() < rowBytes) {
      sums = Memory.allocate(rowBytes);
    }
    for (int o = from; o < to; o += WIDTH) {
      long weights = w.weights().address() + o / WIDTH * w.groupBytes();
      for (int n = 0; n < rows; n++) {
        alone(weights, w, n);
        finish(y, base, w, n, sums.address(), o, to);
      }
    }
  }

  /** A row meets all codes; fours of rows meet what stays near, one after the other. */
  private void asTheyLie(Rows y, @Nullable Rows base, CodeLinear w, int rows, int from, int to) {
    int all = Math.ceilDiv(to - from, WIDTH);
    int groups = rows <= FOUR ? all : Math.clamp(NEAR_BYTES / w.groupBytes(), 1, Math.max(1, all));
    int together = rows == 1 ? 1 : FOUR;
    if (results.byteSize() < (long) groups * together * BYTES) {
      results = Memory.allocate((long) groups * together * BYTES);
    }
    for (int o = from; o < to; o += groups * WIDTH) {
      int end = Math.min(to, o + groups * WIDTH);
      for (int n = 0; n < rows; n += together) {
        dots(w, o, end, n, together);
        int present = Math.min(together, rows - n);
        for (int i = o; i < end; i += WIDTH) {
          long group = results.address() + (long) (i - o) / WIDTH * together * BYTES;
          for (int m = 0; m < present; m++) {
            put(y, base, w, n + m, group + (long) m * BYTES, i, to);
          }
        }
      }
    }
  }

  private void dots(CodeLinear w, int from, int to, int row, int together) {
    int pair = row * (w.inputs() / 2);
    int at = row * (w.inputs() / ByteRows.BLOCK);
    long y = results.address();
    long first = w.weights().address() + from / WIDTH * w.groupBytes();
    long end = first + Math.ceilDiv(to - from, WIDTH) * w.groupBytes();
    boolean one = together == 1;
    switch (w.layout()) {
      case Q4_0 -> {
        if (one) {
          CodeDots.symmetric(y, first, end, w.blocks(), inputs, pair, at);
        } else {
          CodeFours.symmetric(y, first, end, w.blocks(), inputs, pair, at);
        }
      }
      case Q4_1 -> {
        if (one) {
          CodeDots.affine(y, first, end, w.blocks(), inputs, pair, at);
        } else {
          CodeFours.affine(y, first, end, w.blocks(), inputs, pair, at);
        }
      }
      case Q4_K -> {
        if (one) {
          CodeDots.superBlocks(y, first, end, w.blocks(), inputs, pair, at);
        } else {
          CodeFours.superBlocks(y, first, end, w.blocks(), inputs, pair, at);
        }
      }
      case Q5_0, Q5_1, Q5_K, Q6_K ->
          throw new IllegalStateException(w.layout() + " has codes of more than 4 bits");
    }
  }

  private void alone(long weights, CodeLinear w, int row) {
    int pair = row * (w.inputs() / 2);
    int part = row * (w.inputs() / w.layout().part);
    CodeSums.more(weights, w.layout(), w.blocks(), inputs, pair, part, sums.address());
  }

  /** The outputs of a group in one row, of those before {@code to}. */
  private void finish(Rows y, @Nullable Rows base, CodeLinear w, int row, long sum, int o, int to) {
    long weights = w.weights().address() + o / WIDTH * w.groupBytes();
    CodeScales.run(results.address(), weights, w.layout(), w.blocks(), inputs, row, sum);
    put(y, base, w, row, results.address(), o, to);
  }

  /** A vector of products becomes outputs. */
  private static void put(
      Rows y, @Nullable Rows base, CodeLinear w, int row, long result, int o, int to) {
    Tensor bias = w.bias();
    put(
        y.address() + 4 * (row * y.stride() + o),
        base == null ? Lanes.ZEROS : base.address() + 4 * (row * base.stride() + o),
        bias == null ? Lanes.ZEROS : bias.address() + 4L * o,
        result,
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
