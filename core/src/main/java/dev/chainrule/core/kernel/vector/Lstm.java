package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.blas.Gemm;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The LSTM of one layer. The inputs of many steps are one product, as are the gradients of weights
 * and inputs; only the product with the output of the step before must be done step by step. The
 * gates are activated where they lie, and give way to their gradients in the backward pass.
 *
 * <p>All four gates are activated by one loop: {@code a sigmoid(s x + s bias) + b} is a sigmoid
 * with s = a = 1, b = 0, and the tanh of the candidate with s = a = 2, b = -1; s, s bias and b
 * stand in a table.
 *
 * @param time T
 * @param batch B
 * @param inputs I
 * @param units H
 */
record Lstm(Gemm gemm, int time, int batch, int inputs, int units) {

  private static final int CHUNK_BYTES = 1 << 18;

  /** Bytes of scratch memory that either pass needs. */
  long scratchBytes() {
    return Math.max(2 * stateBytes(), 48L * units + 16L * units * units);
  }

  private long stateBytes() {
    return (4L * batch * units + 63) / 64 * 64;
  }

  void forward(Arrays a, long bias) {
    long h = a.h;
    long c = a.c;
    long gates = a.gates;
    long x = a.x;
    long h0 = a.h0;
    long c0 = a.c0;
    long scratch = a.scratch;
    int wide = 4 * units;
    long transposed = scratch + 48L * units;
    transpose(transposed, a.wh, wide, units);
    tabulate(scratch, bias);
    LstmCell cell = new LstmCell(units);
    long step = 4L * batch * units;
    int chunk = chunk();
    for (int t = 0; t < time; t++) {
      if (t % chunk == 0) {
        int rows = Math.min(chunk, time - t) * batch;
        Linear.forward(gemm, gates, x, a.wx, 0, 0, rows, inputs, wide);
        x += 4L * rows * inputs;
      }
      if (h0 != 0) {
        gemm.sgemm(
            false, false, batch, wide, units, 1f, h0, units, transposed, wide, 1f, gates, wide);
      }
      for (int b = 0; b < batch; b++) {
        long row = 4L * b * units;
        activate(gates + 4 * row, scratch, wide);
        if (c0 == 0) {
          cell.multiply(c + row, gates + 4 * row, gates + 4 * row + 8L * units);
        } else {
          cell.update(c + row, gates + 4 * row, c0 + row);
        }
        cell.output(h + row, gates + 4 * row + 12L * units, c + row);
      }
      h0 = h;
      c0 = c;
      h += step;
      c += step;
      gates += 4 * step;
    }
  }

  /** The library multiplies a few dozen rows twice as fast where B is not to be transposed. */
  private static void transpose(long y, long x, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        Memory.putFloat(y + 4L * (j * rows + i), Memory.getFloat(x + 4L * (i * columns + j)));
      }
    }
  }

  /** Factors, biases and shifts [3, 4H] of the gates' activations. */
  private void tabulate(long table, long bias) {
    long wide = 16L * units;
    for (int i = 0; i < 4 * units; i++) {
      boolean candidate = i / units == 2;
      float factor = candidate ? 2 : 1;
      Memory.putFloat(table + 4L * i, factor);
      Memory.putFloat(table + wide + 4L * i, factor * Memory.getFloat(bias + 4L * i));
      Memory.putFloat(table + 2 * wide + 4L * i, candidate ? -1 : 0);
    }
  }

  private static void activate(long gates, long table, int n) {
    long wide = 4L * n;
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, gates += BYTES, table += BYTES) {
      FloatVector factor = fromMemorySegment(FLOATS, ALL, table, ORDER);
      FloatVector x =
          sigmoid(
              fromMemorySegment(FLOATS, ALL, gates, ORDER)
                  .fma(factor, fromMemorySegment(FLOATS, ALL, table + wide, ORDER)));
      x.fma(factor, fromMemorySegment(FLOATS, ALL, table + 2 * wide, ORDER))
          .intoMemorySegment(ALL, gates, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector factor = fromMemorySegment(FLOATS, ALL, table, ORDER, mask);
      FloatVector x =
          sigmoid(
              fromMemorySegment(FLOATS, ALL, gates, ORDER, mask)
                  .fma(factor, fromMemorySegment(FLOATS, ALL, table + wide, ORDER, mask)));
      x.fma(factor, fromMemorySegment(FLOATS, ALL, table + 2 * wide, ORDER, mask))
          .intoMemorySegment(ALL, gates, ORDER, mask);
    }
  }

  /**
   * Addresses that both passes share.
   *
   * @param h0 0 where the state before the first step is zero, as is c0
   */
  record Arrays(
      long h, long c, long gates, long x, long wx, long wh, long h0, long c0, long scratch) {}

  /** Where gradients go; dX is 0 where none is wanted. */
  record Gradients(long dX, boolean accumulate, long dWx, long dWh, long dBias) {}

  /** Backward; the gates become the gradients of what was activated. */
  void backward(Gradients d, long dH, Arrays a) {
    int chunk = chunk();
    Elementwise.fill(a.scratch + stateBytes(), 0, batch * units);
    for (int to = time; to > 0; to = (to - 1) / chunk * chunk) {
      int from = (to - 1) / chunk * chunk;
      backwardGates(dH, a, from, to);
      backwardProducts(d, a, from, to);
    }
  }

  private void backwardGates(long dH, Arrays a, int from, int to) {
    int wide = 4 * units;
    long step = 4L * batch * units;
    long dHidden = a.scratch;
    long dCell = a.scratch + stateBytes();
    LstmCell cell = new LstmCell(units);
    for (int t = to - 1; t >= from; t--) {
      long here = t * step;
      Linear.copy(dHidden, dH + here, (long) batch * units);
      if (t + 1 < time) {
        long later = a.gates + 4 * (here + step);
        gemm.sgemm(
            false, false, batch, units, wide, 1f, later, wide, a.wh, units, 1f, dHidden, units);
      }
      long before = t > 0 ? a.c + here - step : a.c0;
      for (int b = 0; b < batch; b++) {
        long row = 4L * b * units;
        long gate = a.gates + 4 * (here + row);
        long c0 = before == 0 ? 0 : before + row;
        cell.backward(dCell + row, gate, dHidden + row, a.c + here + row, c0);
      }
    }
  }

  private void backwardProducts(Gradients d, Arrays a, int from, int to) {
    int wide = 4 * units;
    int rows = (to - from) * batch;
    long first = (long) from * batch;
    long dGates = a.gates + 4 * first * wide;
    long dX = d.dX == 0 ? 0 : d.dX + 4 * first * inputs;
    long x = a.x + 4 * first * inputs;
    Linear.backward(gemm, dX, d.accumulate, d.dWx, d.dBias, dGates, x, a.wx, rows, inputs, wide);
    if (from > 0) {
      long before = a.h + 4 * (first - batch) * units;
      recurrentWeight(d.dWh, dGates, before, rows);
    } else {
      recurrentWeight(d.dWh, dGates + 4L * batch * wide, a.h, rows - batch);
      if (a.h0 != 0) {
        recurrentWeight(d.dWh, dGates, a.h0, batch);
      }
    }
  }

  private void recurrentWeight(long dWh, long dGates, long before, int rows) {
    int wide = 4 * units;
    gemm.sgemm(true, false, wide, units, rows, 1f, dGates, wide, before, units, 1f, dWh, units);
  }

  /** Steps in a chunk: its gates stay in the second cache between product and activation. */
  private int chunk() {
    return Math.max(1, CHUNK_BYTES / (16 * batch * units));
  }
}
