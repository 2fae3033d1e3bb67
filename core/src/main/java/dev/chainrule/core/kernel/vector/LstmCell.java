package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One cell of an LSTM, forward and backward, on rows of H units and of 4H gates in the order input,
 * forget, candidate, output.
 *
 * @param units H
 */
record LstmCell(int units) {
  /**
   * A whole step: activates the gates, then computes cell and output.
   *
   * @param h address of [H]
   * @param c address of [H]; may be c0
   * @param gates address of [4H], in: before activation
   * @param c0 address of the cell before; 0 where it is zero
   */
  void step(long h, long c, long gates, long c0) {
    long stride = 4L * units;
    sigmoid(gates, 2 * units);
    tanh(gates + 2 * stride, units);
    sigmoid(gates + 3 * stride, units);
    if (c0 == 0) {
      multiply(c, gates, gates + 2 * stride);
    } else {
      update(c, gates, c0);
    }
    output(h, gates + 3 * stride, c);
  }

  private static void sigmoid(long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      Lanes.sigmoid(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask))
          .intoMemorySegment(ALL, x + 4L * i, ORDER, mask);
    }
  }

  private static void tanh(long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      Lanes.tanh(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask))
          .intoMemorySegment(ALL, x + 4L * i, ORDER, mask);
    }
  }

  /** The first cell, where there is none before. */
  void multiply(long c, long in, long candidate) {
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - i));
      FloatVector product =
          fromMemorySegment(FLOATS, ALL, in + 4L * i, ORDER, mask)
              .mul(fromMemorySegment(FLOATS, ALL, candidate + 4L * i, ORDER, mask));
      product.intoMemorySegment(ALL, c + 4L * i, ORDER, mask);
    }
  }

  void update(long c, long gates, long c0) {
    long stride = 4L * units;
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - i));
      long gate = gates + 4L * i;
      FloatVector written =
          fromMemorySegment(FLOATS, ALL, gate, ORDER, mask)
              .mul(fromMemorySegment(FLOATS, ALL, gate + 2 * stride, ORDER, mask));
      FloatVector kept =
          fromMemorySegment(FLOATS, ALL, gate + stride, ORDER, mask)
              .fma(fromMemorySegment(FLOATS, ALL, c0 + 4L * i, ORDER, mask), written);
      kept.intoMemorySegment(ALL, c + 4L * i, ORDER, mask);
    }
  }

  void output(long h, long out, long c) {
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - i));
      Lanes.tanh(fromMemorySegment(FLOATS, ALL, c + 4L * i, ORDER, mask))
          .mul(fromMemorySegment(FLOATS, ALL, out + 4L * i, ORDER, mask))
          .intoMemorySegment(ALL, h + 4L * i, ORDER, mask);
    }
  }

  /**
   * Backward; the gates become the gradients of what was activated, the gradient of the cell that
   * of the cell before.
   *
   * @param dCell address of [H]
   * @param c0 address of the cell before; 0 where it is zero
   */
  void backward(long dCell, long gates, long dHidden, long c, long c0) {
    throughOutput(dCell, gates + 12L * units, dHidden, c);
    // Where no cell came before, any other will do: what it gives is overwritten by zeros.
    throughCell(gates, dCell, c0 == 0 ? c : c0);
    if (c0 == 0) {
      Elementwise.fill(gates + 4L * units, 0, units);
    }
  }

  /** Adds to the cell's gradient what comes through the output; then the output gate's. */
  private void throughOutput(long dCell, long out, long dHidden, long c) {
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - i));
      long at = 4L * i;
      FloatVector squashed = Lanes.tanh(fromMemorySegment(FLOATS, ALL, c + at, ORDER, mask));
      FloatVector dH = fromMemorySegment(FLOATS, ALL, dHidden + at, ORDER, mask);
      FloatVector o = fromMemorySegment(FLOATS, ALL, out + at, ORDER, mask);
      FloatVector through = dH.mul(o);
      FloatVector slope = squashed.neg().fma(squashed, ONE);
      FloatVector before = fromMemorySegment(FLOATS, ALL, dCell + at, ORDER, mask);
      through.fma(slope, before).intoMemorySegment(ALL, dCell + at, ORDER, mask);
      // dH tanh(c) o (1 - o)
      FloatVector dOut = through.mul(squashed).mul(ONE.sub(o));
      dOut.intoMemorySegment(ALL, out + at, ORDER, mask);
    }
  }

  /** The gradients of the other gates; the cell's gradient becomes that of the cell before. */
  private void throughCell(long gates, long dCell, long c0) {
    long stride = 4L * units;
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - i));
      long gate = gates + 4L * i;
      FloatVector dC = fromMemorySegment(FLOATS, ALL, dCell + 4L * i, ORDER, mask);
      FloatVector in = fromMemorySegment(FLOATS, ALL, gate, ORDER, mask);
      FloatVector candidate = fromMemorySegment(FLOATS, ALL, gate + 2 * stride, ORDER, mask);
      FloatVector forget = fromMemorySegment(FLOATS, ALL, gate + stride, ORDER, mask);
      FloatVector kept = dC.mul(forget);
      FloatVector written = dC.mul(in);
      kept.intoMemorySegment(ALL, dCell + 4L * i, ORDER, mask);
      FloatVector before = fromMemorySegment(FLOATS, ALL, c0 + 4L * i, ORDER, mask);
      kept.mul(ONE.sub(forget)).mul(before).intoMemorySegment(ALL, gate + stride, ORDER, mask);
      written.mul(candidate).mul(ONE.sub(in)).intoMemorySegment(ALL, gate, ORDER, mask);
      FloatVector slope = candidate.neg().fma(candidate, ONE);
      written.mul(slope).intoMemorySegment(ALL, gate + 2 * stride, ORDER, mask);
    }
  }
}
