package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One cell of an LSTM, forward and backward, on rows of H units and of 4H gates in the order input,
 * forget, candidate, output.
 *
 * @param units H
 */
public record LstmCell(int units) {
  /**
   * A whole step: activates the gates, then computes cell and output.
   *
   * @param h address of [H]
   * @param c address of [H]; may be c0
   * @param gates address of [4H], in: before activation
   * @param c0 address of the cell before; 0 where it is zero
   */
  public void step(long h, long c, long gates, long c0) {
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
      VectorMask<Float> mask = tail(i, n);
      store(Lanes.sigmoid(load(x + 4L * i, mask)), x + 4L * i, mask);
    }
  }

  private static void tanh(long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      store(Lanes.tanh(load(x + 4L * i, mask)), x + 4L * i, mask);
    }
  }

  /** The first cell, where there is none before. */
  void multiply(long c, long in, long candidate) {
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = tail(i, units);
      FloatVector product = load(in + 4L * i, mask).mul(load(candidate + 4L * i, mask));
      store(product, c + 4L * i, mask);
    }
  }

  void update(long c, long gates, long c0) {
    long stride = 4L * units;
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = tail(i, units);
      long gate = gates + 4L * i;
      FloatVector written = load(gate, mask).mul(load(gate + 2 * stride, mask));
      FloatVector kept = load(gate + stride, mask).fma(load(c0 + 4L * i, mask), written);
      store(kept, c + 4L * i, mask);
    }
  }

  void output(long h, long out, long c) {
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = tail(i, units);
      store(Lanes.tanh(load(c + 4L * i, mask)).mul(load(out + 4L * i, mask)), h + 4L * i, mask);
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
      VectorMask<Float> mask = tail(i, units);
      long at = 4L * i;
      FloatVector squashed = Lanes.tanh(load(c + at, mask));
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
      VectorMask<Float> mask = tail(i, units);
      long gate = gates + 4L * i;
      FloatVector dC = load(dCell + 4L * i, mask);
      FloatVector in = load(gate, mask);
      FloatVector candidate = load(gate + 2 * stride, mask);
      FloatVector forget = load(gate + stride, mask);
      FloatVector kept = dC.mul(forget);
      FloatVector written = dC.mul(in);
      store(kept, dCell + 4L * i, mask);
      FloatVector before = load(c0 + 4L * i, mask);
      store(kept.mul(ONE.sub(forget)).mul(before), gate + stride, mask);
      store(written.mul(candidate).mul(ONE.sub(in)), gate, mask);
      FloatVector slope = candidate.neg().fma(candidate, ONE);
      store(written.mul(slope), gate + 2 * stride, mask);
    }
  }
}
