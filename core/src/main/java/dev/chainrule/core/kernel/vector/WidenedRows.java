package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;

import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Weights of some outputs of {@link BlockLinear} as floats, row after row. */
final class WidenedRows {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private float[] row = {};

  /**
   * Widens.
   *
   * @param first output
   * @param from first input, of whole blocks
   * @param to memory for [outputs, inputs]
   */
  void fill(BlockLinear w, int first, int outputs, int from, int inputs, long to) {
    BlockMatrix matrix = w.matrix();
    if (row.length < matrix.columns()) {
      row = new float[matrix.columns()];
    }
    long before = matrix.format().bytes(from);
    for (int o = 0; o < outputs; o++) {
      long at = w.address() + (first + o) * matrix.rowBytes() + before;
      int place = 0;
      switch (matrix.format()) {
        case F16 -> BlockDots.expandHalves(at, inputs, row, 0);
        case BF16 -> BlockDots.expandBfloats(at, inputs, row, 0);
        case Q8_0 -> {
          if (BlockDots.WHOLE) {
            BlockDots.expandBytes(at, inputs / BlockFormat.Q8_0.elements(), row, 0);
          } else {
            place = all(matrix, first + o, from);
          }
        }
        default -> place = all(matrix, first + o, from);
      }
      MemorySegment.copy(row, place, ALL, FLOAT, to + 4L * o * inputs, inputs);
    }
  }

  /** Widens the whole row; returns where the wanted inputs begin. */
  private int all(BlockMatrix matrix, int output, int from) {
    matrix.row(output, row, 0);
    return from;
  }
}
