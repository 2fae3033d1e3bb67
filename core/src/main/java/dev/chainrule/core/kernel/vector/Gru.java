package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static dev.chainrule.core.kernel.vector.Lanes.tanh;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.kernel.blas.Gemm;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The gated recurrent unit of one layer. A row of gates is n, r, z, q: the inputs' product of many
 * steps goes to its first three blocks, the product with the output before is added to its last
 * three, both where the gates lie; the gates give way to their gradients in the backward pass.
 *
 * @param time T
 * @param batch B
 * @param inputs I
 * @param units H
 */
record Gru(Gemm gemm, int time, int batch, int inputs, int units) {
  private static final int CHUNK_BYTES = 1 << 18;

  /**
   * Addresses that both passes share.
   *
   * @param h0 0 where the output before the first step is zero
   */
  record Arrays(long h, long gates, long x, long wx, long wh, long h0) {}

  /** Where gradients go; dX is 0 where none is wanted. */
  record Gradients(long dX, boolean accumulate, long dWx, long dWh, long dBias) {}

  void forward(Arrays a, long bias) {
    int wide = 4 * units;
    int chunk = Math.max(1, CHUNK_BYTES / (16 * batch * units));
    long before = a.h0;
    for (int t = 0; t < time; t++) {
      long gates = a.gates + 4L * t * batch * wide;
      if (t % chunk == 0) {
        inputs(gates, a.x + 4L * t * batch * inputs, a.wx, bias, Math.min(chunk, time - t) * batch);
      }
      if (before != 0) {
        long recurrent = gates + 4L * units;
        gemm.sgemm(
            false, true, batch, 3 * units, units, 1f, before, units, a.wh, units, 1f, recurrent,
            wide);
      }
      long h = a.h + 4L * t * batch * units;
      for (int b = 0; b < batch; b++) {
        long row = 4L * b * units;
        activate(gates + 4 * row + 4L * units, 2 * units);
        output(h + row, gates + 4 * row, before == 0 ? 0 : before + row);
      }
      before = h;
    }
  }

  private void inputs(long gates, long x, long wx, long bias, int rows) {
    int wide = 4 * units;
    for (int n = 0; n < rows; n++) {
      Linear.copy(gates + 4L * n * wide, bias, wide);
    }
    gemm.sgemm(false, true, rows, 3 * units, inputs, 1f, x, inputs, wx, inputs, 1f, gates, wide);
  }

  private static void activate(long gates, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      sigmoid(fromMemorySegment(FLOATS, ALL, gates + 4L * i, ORDER, mask))
          .intoMemorySegment(ALL, gates + 4L * i, ORDER, mask);
    }
  }

  private void output(long h, long gate, long before) {
    long stride = 4L * units;
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - i));
      long at = gate + 4L * i;
      FloatVector recurrent = fromMemorySegment(FLOATS, ALL, at + 3 * stride, ORDER, mask);
      FloatVector n =
          tanh(
              fromMemorySegment(FLOATS, ALL, at + stride, ORDER, mask)
                  .fma(recurrent, fromMemorySegment(FLOATS, ALL, at, ORDER, mask)));
      n.intoMemorySegment(ALL, at, ORDER, mask);
      FloatVector z = fromMemorySegment(FLOATS, ALL, at + 2 * stride, ORDER, mask);
      if (before == 0) {
        n.sub(z.mul(n)).intoMemorySegment(ALL, h + 4L * i, ORDER, mask);
      } else {
        fromMemorySegment(FLOATS, ALL, before + 4L * i, ORDER, mask)
            .sub(n)
            .fma(z, n)
            .intoMemorySegment(ALL, h + 4L * i, ORDER, mask);
      }
    }
  }

  /** Backward; the gates become their gradients. */
  void backward(Gradients d, long dH, Arrays a, long carried) {
    int wide = 4 * units;
    long step = 4L * batch * units;
    Elementwise.fill(carried, 0, batch * units);
    for (int t = time - 1; t >= 0; t--) {
      long gates = a.gates + 4L * t * step;
      long before = t > 0 ? a.h + (t - 1) * step : a.h0;
      for (int b = 0; b < batch; b++) {
        long row = 4L * b * units;
        long earlier = before == 0 ? 0 : before + row;
        gatesBackward(carried + row, dH + t * step + row, gates + 4 * row, earlier);
      }
      if (t > 0) {
        long recurrent = gates + 4L * units;
        gemm.sgemm(
            false, false, batch, units, 3 * units, 1f, recurrent, wide, a.wh, units, 1f, carried,
            units);
      }
    }
    products(d, a);
  }

  /** The gradient of the output before, along z, takes the place of what was carried here. */
  private void gatesBackward(long carried, long dH, long gate, long before) {
    long stride = 4L * units;
    for (int i = 0; i < units; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - i));
      long at = gate + 4L * i;
      FloatVector d =
          fromMemorySegment(FLOATS, ALL, dH + 4L * i, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, carried + 4L * i, ORDER, mask));
      FloatVector n = fromMemorySegment(FLOATS, ALL, at, ORDER, mask);
      FloatVector z = fromMemorySegment(FLOATS, ALL, at + 2 * stride, ORDER, mask);
      FloatVector through = d.mul(z);
      through.intoMemorySegment(ALL, carried + 4L * i, ORDER, mask);
      FloatVector kept =
          before == 0
              ? n.neg()
              : fromMemorySegment(FLOATS, ALL, before + 4L * i, ORDER, mask).sub(n);
      through.mul(ONE.sub(z)).mul(kept).intoMemorySegment(ALL, at + 2 * stride, ORDER, mask);
      FloatVector dN = d.sub(through).mul(n.neg().fma(n, ONE));
      dN.intoMemorySegment(ALL, at, ORDER, mask);
      FloatVector r = fromMemorySegment(FLOATS, ALL, at + stride, ORDER, mask);
      FloatVector dQ = dN.mul(r);
      FloatVector q = fromMemorySegment(FLOATS, ALL, at + 3 * stride, ORDER, mask);
      dQ.mul(q).mul(ONE.sub(r)).intoMemorySegment(ALL, at + stride, ORDER, mask);
      dQ.intoMemorySegment(ALL, at + 3 * stride, ORDER, mask);
    }
  }

  private void products(Gradients d, Arrays a) {
    int wide = 4 * units;
    int rows = time * batch;
    int narrow = 3 * units;
    gemm.sgemm(
        true, false, narrow, inputs, rows, 1f, a.gates, wide, a.x, inputs, 1f, d.dWx, inputs);
    Linear.sumRows(d.dBias, a.gates, rows, wide);
    if (d.dX != 0) {
      float beta = d.accumulate ? 1f : 0f;
      gemm.sgemm(
          false, false, rows, inputs, narrow, 1f, a.gates, wide, a.wx, inputs, beta, d.dX, inputs);
    }
    long recurrent = a.gates + 4L * units;
    recurrentWeight(d.dWh, recurrent + 4L * batch * wide, a.h, rows - batch);
    if (a.h0 != 0) {
      recurrentWeight(d.dWh, recurrent, a.h0, batch);
    }
  }

  private void recurrentWeight(long dWh, long dGates, long before, int rows) {
    if (rows > 0) {
      int wide = 4 * units;
      gemm.sgemm(
          true, false, 3 * units, units, rows, 1f, dGates, wide, before, units, 1f, dWh, units);
    }
  }
}
