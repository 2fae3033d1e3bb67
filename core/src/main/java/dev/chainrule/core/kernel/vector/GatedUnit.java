package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZERO;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.GT;

import dev.chainrule.core.kernel.GateFunction;
import jdk.incubator.vector.FloatVector;

/**
 * Gated units, in pieces that stay in the first-level cache: the function of a piece, which has a
 * loop of its own for each function, then the product.
 */
final class GatedUnit {
  private static final int PIECE = 1024;

  /** Bytes of scratch memory of the backward pass: values and slopes of a piece. */
  static final long SCRATCH_BYTES = 8L * PIECE;

  private static final double SCALE = 2 * Math.sqrt(2 / Math.PI);
  private static final FloatVector LINEAR = broadcast((float) SCALE);
  private static final FloatVector CUBIC = broadcast((float) (SCALE * 0.044715));
  private static final FloatVector CUBIC_SLOPE = broadcast((float) (3 * SCALE * 0.044715));

  // erf: Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7, halved for the probability.
  private static final FloatVector MINUS_HALF = broadcast(-0.5f);
  private static final FloatVector T = broadcast((float) (0.3275911 / Math.sqrt(2)));
  private static final FloatVector A5 = broadcast(0.5f * 1.061405429f);
  private static final FloatVector A4 = broadcast(0.5f * -1.453152027f);
  private static final FloatVector A3 = broadcast(0.5f * 1.421413741f);
  private static final FloatVector A2 = broadcast(0.5f * -0.284496736f);
  private static final FloatVector A1 = broadcast(0.5f * 0.254829592f);
  private static final FloatVector DENSITY = broadcast((float) (1 / Math.sqrt(2 * Math.PI)));

  private GatedUnit() {}

  /**
   * All elements.
   *
   * @param up 0 for none
   */
  static void forward(long y, long gate, long up, GateFunction f, int n) {
    for (int from = 0; from < n; from += PIECE) {
      int count = Math.min(PIECE, n - from);
      int whole = count / WIDTH * WIDTH;
      long at = 4L * from;
      evaluate(f, y + at, 0, gate + at, whole);
      if (whole < count) {
        long pad = Pad.address();
        Pad.fill(pad, gate + at + 4L * whole, count - whole, 0);
        evaluate(f, pad, 0, pad, WIDTH);
        Linear.copy(y + at + 4L * whole, pad, count - whole);
      }
      if (up != 0) {
        Activations.multiply(y + at, false, y + at, up + at, count);
      }
    }
  }

  /**
   * All elements.
   *
   * @param dGate may be dY; 0 for none
   * @param dUp may be dGate where both are accumulated; 0 for none
   * @param up 0 for none
   * @param scratch of {@link #SCRATCH_BYTES}
   */
  static void backward(
      long dGate,
      boolean accumulate,
      long dUp,
      boolean accumulateUp,
      long dY,
      long gate,
      long up,
      GateFunction f,
      int n,
      long scratch) {
    long slopes = scratch + 4L * PIECE;
    for (int from = 0; from < n; from += PIECE) {
      int count = Math.min(PIECE, n - from);
      int whole = count / WIDTH * WIDTH;
      long at = 4L * from;
      evaluate(f, scratch, slopes, gate + at, whole);
      if (whole < count) {
        // A piece is a number of vectors, so that there is room for one more.
        long pad = Pad.address();
        Pad.fill(pad, gate + at + 4L * whole, count - whole, 0);
        evaluate(f, scratch + 4L * whole, slopes + 4L * whole, pad, WIDTH);
      }
      if (up != 0) {
        Activations.multiply(slopes, false, slopes, up + at, count);
      }
      // That of the gate comes last, for it may be dY.
      if (dUp != 0) {
        Activations.multiply(dUp + at, accumulateUp, scratch, dY + at, count);
      }
      if (dGate != 0) {
        Activations.multiply(dGate + at, accumulate, slopes, dY + at, count);
      }
    }
  }

  /** Values, and slopes unless their place is 0, of whole vectors. */
  private static void evaluate(GateFunction f, long values, long slopes, long x, int n) {
    switch (f) {
      case SILU -> silu(values, slopes, x, n);
      case GELU -> gelu(values, slopes, x, n);
      case GELU_TANH -> geluTanh(values, slopes, x, n);
      case RELU -> relu(values, slopes, x, n);
    }
  }

  private static void silu(long values, long slopes, long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER);
      FloatVector s = sigmoid(v);
      FloatVector y = v.mul(s);
      y.intoMemorySegment(ALL, values + 4L * i, ORDER);
      if (slopes != 0) {
        ONE.sub(s).fma(y, s).intoMemorySegment(ALL, slopes + 4L * i, ORDER);
      }
    }
  }

  private static void geluTanh(long values, long slopes, long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER);
      FloatVector square = v.mul(v);
      FloatVector s = sigmoid(square.fma(CUBIC, LINEAR).mul(v));
      FloatVector y = v.mul(s);
      y.intoMemorySegment(ALL, values + 4L * i, ORDER);
      if (slopes != 0) {
        FloatVector inner = square.fma(CUBIC_SLOPE, LINEAR);
        ONE.sub(s).mul(inner).fma(y, s).intoMemorySegment(ALL, slopes + 4L * i, ORDER);
      }
    }
  }

  private static void gelu(long values, long slopes, long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER);
      FloatVector t = ONE.div(v.abs().fma(T, ONE));
      FloatVector e = exp(v.mul(v).mul(MINUS_HALF));
      FloatVector tail = A5.fma(t, A4).fma(t, A3).fma(t, A2).fma(t, A1).mul(t).mul(e);
      FloatVector p = tail.blend(ONE.sub(tail), v.compare(GT, ZERO));
      v.mul(p).intoMemorySegment(ALL, values + 4L * i, ORDER);
      if (slopes != 0) {
        v.mul(DENSITY).fma(e, p).intoMemorySegment(ALL, slopes + 4L * i, ORDER);
      }
    }
  }

  private static void relu(long values, long slopes, long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER);
      v.max(ZERO).intoMemorySegment(ALL, values + 4L * i, ORDER);
      if (slopes != 0) {
        ZERO.blend(ONE, v.compare(GT, ZERO)).intoMemorySegment(ALL, slopes + 4L * i, ORDER);
      }
    }
  }
}
