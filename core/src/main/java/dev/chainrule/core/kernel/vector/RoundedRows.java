package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Rows of inputs rounded as {@link ByteRows} rounds them, as the floats that they then are, so that
 * products of matrices have the inputs that products of single rows have.
 */
final class RoundedRows {
  private Tensor floats = Tensor.zeros(DType.FLOAT32, 0);

  /** The rows rounded last, until others come. */
  private @Nullable Rows known;

  void forget() {
    known = null;
  }

  /**
   * Rounds, unless it was these rows before.
   *
   * @param inputs a multiple of 32
   */
  Rows of(Rows x, int rows, int inputs) {
    if (known != null) {
      return known;
    }
    if (floats.size() < (long) rows * inputs) {
      floats = Tensor.zeros(DType.FLOAT32, rows, inputs);
    }
    for (int n = 0; n < rows; n++) {
      round(floats.address() + 4L * n * inputs, x.address() + 4L * n * x.stride(), inputs);
    }
    known = new Rows(floats, 0, inputs);
    return known;
  }

  private static void round(long to, long x, int inputs) {
    for (int i = 0; i < inputs; i += ByteRows.BLOCK) {
      long at = x + 4L * i;
      FloatVector most = FloatVector.zero(FLOATS);
      for (int j = 0; j < ByteRows.BLOCK; j += WIDTH) {
        most = fromMemorySegment(FLOATS, ALL, at + 4L * j, ORDER).abs().max(most);
      }
      float largest = most.reduceLanes(VectorOperators.MAX);
      float inverse = ByteRows.LARGEST / largest;
      boolean none = inverse == Float.POSITIVE_INFINITY;
      FloatVector factors = FloatVector.broadcast(FLOATS, none ? 0 : inverse);
      FloatVector unit = FloatVector.broadcast(FLOATS, none ? 0 : largest / ByteRows.LARGEST);
      for (int j = 0; j < ByteRows.BLOCK; j += WIDTH) {
        fromMemorySegment(FLOATS, ALL, at + 4L * j, ORDER)
            .fma(factors, FloatVector.broadcast(FLOATS, ByteRows.ROUND))
            .sub(ByteRows.ROUND)
            .mul(unit)
            .intoMemorySegment(ALL, to + 4L * (i + j), ORDER);
      }
    }
  }
}
