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
import dev.chainrule.core.kernel.blas.Gemm;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Linear maps. Bias and residual are put into the output before the product is added to it: the
 * library reads its output in any case, so that they cost one write.
 */
final class Linear {
  private Linear() {}

  static void forward(
      Gemm gemm, long y, long x, long w, long bias, long residual, int rows, int in, int out) {
    float beta = 1f;
    if (bias != 0 && residual != 0) {
      addRow(y, residual, bias, rows, out);
    } else if (bias != 0) {
      for (int n = 0; n < rows; n++) {
        copy(y + 4L * n * out, bias, out);
      }
    } else if (residual != 0) {
      if (residual != y) {
        copy(y, residual, (long) rows * out);
      }
    } else {
      beta = 0f;
    }
    gemm.sgemm(false, true, rows, out, in, 1f, x, in, w, in, beta, y, out);
  }

  static void backward(
      Gemm gemm,
      long dX,
      boolean accumulate,
      long dW,
      long dBias,
      long dY,
      long x,
      long w,
      int rows,
      int in,
      int out) {
    if (dW != 0) {
      gemm.sgemm(true, false, out, in, rows, 1f, dY, out, x, in, 1f, dW, in);
    }
    if (dBias != 0) {
      sumRows(dBias, dY, rows, out);
    }
    if (dX != 0) {
      float beta = accumulate ? 1f : 0f;
      gemm.sgemm(false, false, rows, in, out, 1f, dY, out, w, in, beta, dX, in);
    }
  }

  static void copy(long y, long x, long n) {
    MemorySegment.copy(Memory.ALL, x, Memory.ALL, y, 4 * n);
  }

  /** {@code y[n] = x[n] + row} for all rows; y may be x. */
  static void addRow(long y, long x, long row, int rows, int columns) {
    for (int n = 0; n < rows; n++) {
      Elementwise.add(y + 4L * n * columns, x + 4L * n * columns, row, columns);
    }
  }

  /** {@code sum += x[n]} over all rows, four rows in a pass. */
  static void sumRows(long sum, long x, int rows, int columns) {
    long stride = 4L * columns;
    int n = 0;
    for (; n <= rows - 4; n += 4) {
      sumFourRows(sum, x + n * stride, stride, columns);
    }
    for (; n < rows; n++) {
      Elementwise.add(sum, sum, x + n * stride, columns);
    }
  }

  private static void sumFourRows(long sum, long x, long stride, int columns) {
    int i = 0;
    for (; i <= columns - WIDTH; i += WIDTH, sum += BYTES, x += BYTES) {
      FloatVector a =
          fromMemorySegment(FLOATS, ALL, x, ORDER)
              .add(fromMemorySegment(FLOATS, ALL, x + stride, ORDER));
      FloatVector b =
          fromMemorySegment(FLOATS, ALL, x + 2 * stride, ORDER)
              .add(fromMemorySegment(FLOATS, ALL, x + 3 * stride, ORDER));
      fromMemorySegment(FLOATS, ALL, sum, ORDER).add(a.add(b)).intoMemorySegment(ALL, sum, ORDER);
    }
    if (i < columns) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (columns - i));
      FloatVector a =
          fromMemorySegment(FLOATS, ALL, x, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, x + stride, ORDER, mask));
      FloatVector b =
          fromMemorySegment(FLOATS, ALL, x + 2 * stride, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, x + 3 * stride, ORDER, mask));
      fromMemorySegment(FLOATS, ALL, sum, ORDER, mask)
          .add(a.add(b))
          .intoMemorySegment(ALL, sum, ORDER, mask);
    }
  }
}
