package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Sweep;
import org.jspecify.annotations.Nullable;

/** Recurrent layers: one product over all steps for the inputs, one for each step's outputs. */
final class Recurrent {
  private final Gpu gpu;
  private final Products products;
  private final Sums sums;
  private final DeviceBuffer hidden;
  private final DeviceBuffer cells;
  private final Kernel lstmCell;
  private final Kernel lstmCellBackward;
  private final Kernel gruCell;
  private final Kernel gruCellBackward;
  private final Kernel fillRows;

  Recurrent(Gpu gpu, Products products, Sums sums) {
    this.gpu = gpu;
    this.products = products;
    this.sums = sums;
    hidden = new DeviceBuffer(gpu);
    cells = new DeviceBuffer(gpu);
    lstmCell = kernel("lstm_cell");
    lstmCellBackward = kernel("lstm_cell_backward");
    gruCell = kernel("gru_cell");
    gruCellBackward = kernel("gru_cell_backward");
    fillRows = new Kernel(gpu, "pointwise", "fill_rows", 256);
  }

  private Kernel kernel(String name) {
    return new Kernel(gpu, "recurrent", name, 256);
  }

  void lstm(
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      Tensor bias,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    int batch = h.dim(1);
    int units = h.dim(2);
    products.multiply(
        Operand.rows(x),
        Operand.rows(wx),
        x.rows(),
        4 * units,
        x.dim(2),
        Target.of(gates, bias, null));
    long state = 4L * batch * units;
    for (int t = 0; t < h.dim(0); t++) {
      long before = t > 0 ? Launch.address(h) + (t - 1) * state : Launch.address(h0);
      long cellBefore = t > 0 ? Launch.address(c) + (t - 1) * state : Launch.address(c0);
      long gate = Launch.address(gates) + 4L * t * state;
      if (before != 0) {
        products.multiply(
            Operand.rows(before, units),
            Operand.rows(wh),
            batch,
            4 * units,
            units,
            Target.of(gate, 4L * units, true));
      }
      lstmCell(
          Launch.address(h) + t * state,
          Launch.address(c) + t * state,
          gate,
          cellBefore,
          0,
          cellBefore == 0 ? 0 : batch,
          units,
          batch);
    }
  }

  private void lstmCell(
      long h, long c, long gates, long before, int shift, int beforeRows, int units, long rows) {
    lstmCell
        .launch()
        .pointer(h)
        .pointer(c)
        .pointer(gates)
        .pointer(before)
        .integer(shift)
        .integer(beforeRows)
        .integer(units)
        .wide(rows * units)
        .each(rows * units);
  }

  void lstmBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    int time = h.dim(0);
    int batch = h.dim(1);
    int units = h.dim(2);
    long state = 4L * batch * units;
    long later = hidden.floats((long) batch * units);
    long dCell = cells.floats((long) batch * units);
    gpu.set(dCell, 0, (long) batch * units);
    for (int t = time - 1; t >= 0; t--) {
      long gate = Launch.address(gates) + 4L * t * state;
      if (t + 1 < time) {
        products.multiply(
            Operand.rows(gate + 4 * state, 4L * units),
            Operand.columns(wh),
            batch,
            units,
            4 * units,
            Target.of(later, units, false));
      }
      long before = t > 0 ? Launch.address(c) + (t - 1) * state : Launch.address(c0);
      lstmCellBackward(
          gate,
          Launch.address(dH) + t * state,
          t + 1 < time ? later : 0,
          dCell,
          dCell,
          Launch.address(c) + t * state,
          before,
          0,
          before == 0 ? 0 : batch,
          units,
          batch);
    }
    inputsBackward(dX, accumulate, dWx, gates, 4 * units, x, wx);
    sums.rows(dBias, gates);
    stepsBackward(dWh, h, gates, 0, 4 * units, h0);
  }

  private void lstmCellBackward(
      long gates,
      long dHidden,
      long later,
      long dCell,
      long dCellBefore,
      long cell,
      long before,
      int shift,
      int beforeRows,
      int units,
      long rows) {
    lstmCellBackward
        .launch()
        .pointer(gates)
        .pointer(dHidden)
        .pointer(later)
        .pointer(dCell)
        .pointer(dCellBefore)
        .pointer(cell)
        .pointer(before)
        .integer(shift)
        .integer(beforeRows)
        .integer(units)
        .wide(rows * units)
        .each(rows * units);
  }

  /**
   * Gradients of inputs and their weights, from {@code width} columns of rows of [.., 4H] gates.
   */
  private void inputsBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dGates,
      int width,
      Tensor x,
      Tensor wx) {
    int inputs = x.dim(2);
    int rows = x.rows();
    long gates = Launch.address(dGates);
    long leading = dGates.dim(-1);
    if (dX != null) {
      products.multiply(
          Operand.rows(gates, leading),
          Operand.columns(wx),
          rows,
          inputs,
          width,
          Target.of(dX, accumulate));
    }
    products.multiply(
        Operand.columns(gates, leading),
        Operand.columns(x),
        width,
        inputs,
        rows,
        Target.of(dWx, true));
  }

  /** Gradients of the weights of the step before, from columns of [T, B, 4H] gates. */
  private void stepsBackward(
      Tensor dWh, Tensor h, Tensor dGates, int column, int width, @Nullable Tensor h0) {
    int batch = h.dim(1);
    int units = h.dim(2);
    long leading = dGates.dim(-1);
    long gates = Launch.address(dGates) + 4L * column;
    int rows = (h.dim(0) - 1) * batch;
    if (rows > 0) {
      products.multiply(
          Operand.columns(gates + 4L * batch * leading, leading),
          Operand.columns(h),
          width,
          units,
          rows,
          Target.of(dWh, true));
    }
    if (h0 != null) {
      products.multiply(
          Operand.columns(gates, leading),
          Operand.columns(h0),
          width,
          units,
          batch,
          Target.of(dWh, true));
    }
  }

  void gru(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    int batch = h.dim(1);
    int units = h.dim(2);
    long wide = 4L * units;
    long all = Launch.address(gates);
    fillRows
        .launch()
        .pointer(all)
        .floats(bias)
        .integer((int) wide)
        .wide(gates.size())
        .each(gates.size());
    products.multiply(
        Operand.rows(x),
        Operand.rows(wx),
        x.rows(),
        3 * units,
        x.dim(2),
        Target.of(all, wide, true));
    long state = 4L * batch * units;
    for (int t = 0; t < h.dim(0); t++) {
      long before = t > 0 ? Launch.address(h) + (t - 1) * state : Launch.address(h0);
      long gate = all + 4L * t * state;
      if (before != 0) {
        products.multiply(
            Operand.rows(before, units),
            Operand.rows(wh),
            batch,
            3 * units,
            units,
            Target.of(gate + 4L * units, wide, true));
      }
      gruCell
          .launch()
          .pointer(Launch.address(h) + t * state)
          .pointer(gate)
          .pointer(before)
          .integer(units)
          .wide((long) batch * units)
          .each((long) batch * units);
    }
  }

  void gruBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      Tensor scratch) {
    int batch = h.dim(1);
    int units = h.dim(2);
    long state = 4L * batch * units;
    long carried = Launch.address(scratch);
    gpu.set(carried, 0, (long) batch * units);
    for (int t = h.dim(0) - 1; t >= 0; t--) {
      long gate = Launch.address(gates) + 4L * t * state;
      gruCellBackward
          .launch()
          .pointer(gate)
          .pointer(carried)
          .pointer(Launch.address(dH) + t * state)
          .pointer(t > 0 ? Launch.address(h) + (t - 1) * state : Launch.address(h0))
          .integer(units)
          .wide((long) batch * units)
          .each((long) batch * units);
      if (t > 0) {
        products.multiply(
            Operand.rows(gate + 4L * units, 4L * units),
            Operand.columns(wh),
            batch,
            units,
            3 * units,
            Target.of(carried, units, true));
      }
    }
    inputsBackward(dX, accumulate, dWx, gates, 3 * units, x, wx);
    sums.rows(dBias, gates);
    stepsBackward(dWh, h, gates, units, 3 * units, h0);
  }

  void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    int batch = h.dim(1);
    int units = h.dim(2);
    long row = 4L * batch * units;
    gpu.copy(Launch.address(gates), Launch.address(x), 4 * x.size());
    for (int t = 0; t < sweep.steps(); t++) {
      for (int k = 0; k < sweep.taps() && t > 0; k++) {
        int first = sweep.firstReading(t, k);
        int count = sweep.endReading(t, k) - first;
        if (count > 0) {
          products.multiply(
              Operand.rows(Launch.address(h) + row * sweep.row(t - 1, first + sweep.tap(k)), units),
              tap(w, k, true),
              count * batch,
              4 * units,
              units,
              Target.of(Launch.address(gates) + 4 * row * sweep.row(t, first), 4L * units, true));
        }
      }
      long start = row * sweep.start(t);
      lstmCell(
          Launch.address(h) + start,
          Launch.address(c) + start,
          Launch.address(gates) + 4 * start,
          t > 0 ? Launch.address(c) + row * sweep.start(t - 1) : 0,
          t > 0 ? (sweep.first(t) - sweep.first(t - 1)) * batch : 0,
          t > 0 ? (sweep.end(t - 1) - sweep.first(t - 1)) * batch : 0,
          units,
          (long) (sweep.end(t) - sweep.first(t)) * batch);
    }
  }

  void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    int batch = h.dim(1);
    int units = h.dim(2);
    long row = 4L * batch * units;
    long dCells = cells.floats(h.size());
    gpu.set(dCells, 0, h.size());
    for (int t = sweep.steps() - 1; t >= 0; t--) {
      long start = row * sweep.start(t);
      long startBefore = t > 0 ? row * sweep.start(t - 1) : 0;
      lstmCellBackward(
          Launch.address(gates) + 4 * start,
          Launch.address(dH) + start,
          0,
          dCells + start,
          dCells + startBefore,
          Launch.address(c) + start,
          t > 0 ? Launch.address(c) + startBefore : 0,
          t > 0 ? (sweep.first(t) - sweep.first(t - 1)) * batch : 0,
          t > 0 ? (sweep.end(t - 1) - sweep.first(t - 1)) * batch : 0,
          units,
          (long) (sweep.end(t) - sweep.first(t)) * batch);
      for (int k = 0; k < sweep.taps() && t > 0; k++) {
        int first = sweep.firstReading(t, k);
        int count = (sweep.endReading(t, k) - first) * batch;
        if (count > 0) {
          long source = row * sweep.row(t - 1, first + sweep.tap(k));
          long dGates = Launch.address(gates) + 4 * row * sweep.row(t, first);
          products.multiply(
              Operand.rows(dGates, 4L * units),
              tap(w, k, false),
              count,
              units,
              4 * units,
              Target.of(Launch.address(dH) + source, units, true));
          products.multiply(
              Operand.columns(dGates, 4L * units),
              Operand.columns(Launch.address(h) + source, units),
              4 * units,
              units,
              count,
              Target.of(tap(dW, k, true).address(), units, true));
        }
      }
    }
  }

  /** Matrix k of [K, 4H, H], with the depth along its last dimension or along the one before. */
  private static Operand tap(Tensor w, int k, boolean deep) {
    long units = w.dim(2);
    long address = Launch.address(w) + 4L * k * units * w.dim(1);
    return deep ? Operand.rows(address, units) : Operand.columns(address, units);
  }
}
