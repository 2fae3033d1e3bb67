package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.blas.Gemm;

/**
 * The LSTM over a grid. Rows are places before sequences of the batch, so that what a tap reads for
 * a run of places lies in one piece: each tap is one product in a step, nothing is gathered.
 *
 * @param batch B
 * @param units H
 */
record GridLstm(Gemm gemm, Sweep sweep, int batch, int units) {
  /** Bytes of scratch memory that either pass needs. */
  long scratchBytes() {
    return Math.max(16L * sweep.taps() * units * units, 4L * sweep.places() * batch * units);
  }

  void forward(long h, long c, long gates, long x, long w, long scratch) {
    int wide = 4 * units;
    LstmCell cell = new LstmCell(units);
    Linear.copy(gates, x, (long) sweep.rows() * batch * wide);
    for (int k = 0; k < sweep.taps(); k++) {
      long matrix = 4L * k * wide * units;
      transpose(scratch + matrix, w + matrix, wide, units);
    }
    for (int t = 0; t < sweep.steps(); t++) {
      for (int k = 0; k < sweep.taps() && t > 0; k++) {
        int from = sweep.firstReading(t, k);
        int rows = (sweep.endReading(t, k) - from) * batch;
        if (rows > 0) {
          long earlier = state(h, t - 1, from + sweep.tap(k));
          long later = gates + 16L * sweep.row(t, from) * batch * units;
          long matrix = scratch + 4L * k * wide * units;
          gemm.sgemm(
              false, false, rows, wide, units, 1f, earlier, units, matrix, wide, 1f, later, wide);
        }
      }
      for (int place = sweep.first(t); place < sweep.end(t); place++) {
        long to = state(0, t, place);
        long before = sweep.has(t - 1, place) ? state(c, t - 1, place) : 0;
        for (int b = 0; b < batch; b++) {
          long at = to + 4L * b * units;
          cell.step(h + at, c + at, gates + 4 * at, before == 0 ? 0 : before + 4L * b * units);
        }
      }
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

  /** Backward; the outputs' gradients gather what comes back from later steps. */
  void backward(long dW, long dH, long h, long c, long gates, long w, long scratch) {
    for (int t = sweep.steps() - 1; t >= 0; t--) {
      cells(dH, c, gates, scratch, t);
      for (int k = 0; k < sweep.taps() && t > 0; k++) {
        int from = sweep.firstReading(t, k);
        int rows = (sweep.endReading(t, k) - from) * batch;
        if (rows > 0) {
          int wide = 4 * units;
          long matrix = 4L * k * wide * units;
          long earlier = state(0, t - 1, from + sweep.tap(k));
          long dGates = gates + 16L * sweep.row(t, from) * batch * units;
          gemm.sgemm(
              false,
              false,
              rows,
              units,
              wide,
              1f,
              dGates,
              wide,
              w + matrix,
              units,
              1f,
              dH + earlier,
              units);
          gemm.sgemm(
              true,
              false,
              wide,
              units,
              rows,
              1f,
              dGates,
              wide,
              h + earlier,
              units,
              1f,
              dW + matrix,
              units);
        }
      }
    }
  }

  /** One step's cells; the gradients of cells lie by place. */
  private void cells(long dH, long c, long gates, long dCells, int t) {
    LstmCell cell = new LstmCell(units);
    for (int place = sweep.first(t); place < sweep.end(t); place++) {
      long dCell = dCells + 4L * place * batch * units;
      if (!sweep.has(t + 1, place)) {
        Elementwise.fill(dCell, 0, batch * units);
      }
      long here = state(0, t, place);
      long before = sweep.has(t - 1, place) ? state(c, t - 1, place) : 0;
      for (int b = 0; b < batch; b++) {
        long unit = 4L * b * units;
        long at = here + unit;
        cell.backward(
            dCell + unit, gates + 4 * at, dH + at, c + at, before == 0 ? 0 : before + unit);
      }
    }
  }

  /** Where the states of a place are in [N, B, H]. */
  private long state(long states, int t, int place) {
    return states + 4L * sweep.row(t, place) * batch * units;
  }
}
