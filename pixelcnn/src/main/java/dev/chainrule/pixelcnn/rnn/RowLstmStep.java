package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.RowBuffer;

/**
 * A layer of the Row LSTM pixel by pixel. What the states of the row above give to the gates is
 * computed for the row as a whole when the row above is complete.
 */
final class RowLstmStep implements RecurrentLayer.Step {
  private static final Taps ABOVE = Taps.rectangle(0, 0, -1, 1);

  private final Kernels kernels;
  private final int streams;
  private final int width;
  private final int units;
  private final RowKernels rows;
  private final RowBuffer input;
  private final RowBuffer output;
  private final PackedLinear toGates;
  private final PackedLinear up;
  private final Tensor stateWeight;
  private final Tensor start;
  private final Tensor above;
  private final Tensor gates;
  private final Tensor h;
  private final Tensor c;
  private final Tensor cellsAbove;
  private final Rows aboveRows;
  private final Rows gateRows;
  private final Rows states;

  /**
   * A layer's step.
   *
   * @param input what the layer reads [S, 1 + W, 2h]
   */
  RowLstmStep(
      Kernels kernels, Parameters parameters, RowLstm layer, RowBuffer input, int[] labels) {
    this.kernels = kernels;
    this.input = input;
    streams = labels.length;
    width = input.places().dim(1) - 1;
    units = input.units() / 2;
    rows = kernels.rows();
    output = new RowBuffer(streams, 1, width, 2 * units);
    toGates = kernels.steps().pack(layer.gates.inputToState().maskedWeight(parameters), null);
    up = layer.up.step(kernels.steps(), parameters);
    stateWeight = Tensor.zeros(DType.FLOAT32, 4 * units, ABOVE.count(), units);
    for (int k = 0; k < ABOVE.count(); k++) {
      Tensor tap = layer.gates.stateToState(parameters, k);
      for (int i = 0; i < tap.size(); i++) {
        int row = i / units;
        stateWeight.set(((long) row * ABOVE.count() + k) * units + i % units, tap.get(i));
      }
    }
    above = Tensor.zeros(DType.FLOAT32, streams, 1, width, 4 * units);
    start = layer.gates.start(parameters, labels, width).reshape(above.shape());
    gates = Tensor.zeros(DType.FLOAT32, streams, 4 * units);
    h = Tensor.zeros(DType.FLOAT32, streams, 1, width, units);
    c = Tensor.zeros(DType.FLOAT32, streams, width, units);
    cellsAbove = Tensor.zeros(DType.FLOAT32, streams, width, units);
    aboveRows = new Rows(above, 0, 4L * units * width);
    gateRows = Rows.of(gates);
    states = new Rows(h, 0, (long) units * width);
  }

  @Override
  public RowBuffer output() {
    return output;
  }

  @Override
  public void clear() {
    above.copyFrom(start);
    cellsAbove.fill(0);
  }

  @Override
  public void pixel(int column) {
    Rows base = aboveRows.moveTo(4L * column * units);
    kernels.steps().product(gateRows, base, toGates, input.rows(column - 1), streams);
    for (int s = 0; s < streams; s++) {
      long at = 4L * ((long) s * width + column) * units;
      long gate = gates.address() + 16L * s * units;
      long before = cellsAbove.address() + at;
      rows.lstmCell(h.address() + at, c.address() + at, gate, before, units);
    }
    Rows state = states.moveTo((long) column * units);
    kernels.steps().product(output.rows(column), input.rows(column), up, state, streams);
  }

  @Override
  public void finishRow() {
    cellsAbove.copyFrom(c);
    kernels.convolutions().conv2d(above, h, stateWeight, null, start, ABOVE);
  }
}
