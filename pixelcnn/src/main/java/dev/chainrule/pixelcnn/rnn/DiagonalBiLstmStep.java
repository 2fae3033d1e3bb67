package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.vector.LstmCell;
import dev.chainrule.core.kernel.vector.PackedPanels;
import dev.chainrule.pixelcnn.RowBuffer;

/**
 * A layer of the Diagonal BiLSTM pixel by pixel. The state from the left goes along with the
 * pixels; that from the right is computed for a row as a whole, from right to left, when the row is
 * complete, and gives to the row below.
 */
final class DiagonalBiLstmStep implements RecurrentLayer.Step {
  private final Kernels kernels;
  private final int streams;
  private final int width;
  private final int units;
  private final LstmCell cell;
  private final RowBuffer input;
  private final RowBuffer output;
  private final Direction left;
  private final Direction right;
  private final PackedPanels up;
  private final Tensor upWeight;
  private final Tensor fromRight;

  /**
   * One direction.
   *
   * @param toGates input to gates
   * @param beside state of the neighbour in the row to gates
   * @param above weights of the state of the pixel above [4h, h]
   * @param start what the gates begin with [S, 1 + W, 4h]
   * @param base the same with the states above [S, 1 + W, 4h]
   * @param h states [S, 1 + W, h], zero in the place beyond the row's end
   * @param c cells [S, 1 + W, h], likewise
   */
  private record Direction(
      PackedPanels toGates,
      PackedPanels beside,
      Tensor above,
      Tensor start,
      Tensor base,
      Tensor gates,
      Tensor h,
      Tensor c) {
    static Direction of(Gates gates, Parameters parameters, int[] labels, int width, int units) {
      Tensor start = gates.start(parameters, labels, 1 + width);
      int streams = labels.length;
      return new Direction(
          new PackedPanels(gates.inputToState().maskedWeight(parameters), null),
          new PackedPanels(gates.stateToState(parameters, DiagonalBiLstm.BESIDE), null),
          gates.stateToState(parameters, DiagonalBiLstm.ABOVE),
          start,
          Tensor.zeros(DType.FLOAT32, start.shape()),
          Tensor.zeros(DType.FLOAT32, streams, 4 * units),
          Tensor.zeros(DType.FLOAT32, streams, 1 + width, units),
          Tensor.zeros(DType.FLOAT32, streams, 1 + width, units));
    }

    void clear() {
      base.copyFrom(start);
    }

    /** The states of the row give to the gates of the next. */
    void finishRow(Kernels kernels) {
      kernels.linear().linear(base, h, above, null, start);
    }
  }

  /**
   * A layer's step.
   *
   * @param input what the layer reads [S, 1 + W, 2h]
   */
  DiagonalBiLstmStep(
      Kernels kernels, Parameters parameters, DiagonalBiLstm layer, RowBuffer input, int[] labels) {
    this.kernels = kernels;
    this.input = input;
    streams = labels.length;
    width = input.places().dim(1) - 1;
    units = input.units() / 2;
    cell = new LstmCell(units);
    output = new RowBuffer(streams, 1, width, 2 * units);
    left = Direction.of(layer.left, parameters, labels, width, units);
    right = Direction.of(layer.right, parameters, labels, width, units);
    up = layer.up.step(parameters);
    upWeight = layer.up.maskedWeight(parameters).reshape(2 * units, units);
    fromRight = Tensor.zeros(DType.FLOAT32, streams, 1 + width, 2 * units);
  }

  @Override
  public RowBuffer output() {
    return output;
  }

  @Override
  public void clear() {
    left.clear();
    right.clear();
    fromRight.fill(0);
  }

  /** Place 0 of the direction from the left lies before the row. */
  @Override
  public void pixel(int column) {
    state(left, column, column + 1, column);
    int outputs = 2 * units;
    up.run(
        output.address(column),
        output.stride(),
        fromRight.address() + 4L * column * outputs,
        (1 + width) * outputs,
        left.h.address() + 4L * (column + 1) * units,
        (1 + width) * units,
        streams);
    for (int s = 0; s < streams; s++) {
      long from = 4L * s * input.stride();
      add(output.address(column) + 4L * s * output.stride(), input.address(column) + from, outputs);
    }
  }

  private static void add(long y, long x, int n) {
    for (long at = 0; at < 4L * n; at += 4) {
      float sum = Memory.getFloat(y + at) + Memory.getFloat(x + at);
      Memory.putFloat(y + at, sum);
    }
  }

  /**
   * The state of a pixel.
   *
   * @param place where it lies in the direction's row
   * @param neighbour the place beside it that was computed before
   */
  private void state(Direction d, int column, int place, int neighbour) {
    int wide = 4 * units;
    long gates = d.gates.address();
    long base = d.base.address() + 4L * place * wide;
    d.toGates.run(
        gates, wide, base, (1 + width) * wide, input.address(column), input.stride(), streams);
    long beside = 4L * neighbour * units;
    int stride = (1 + width) * units;
    d.beside.run(gates, wide, gates, wide, d.h.address() + beside, stride, streams);
    for (int s = 0; s < streams; s++) {
      long row = 4L * s * stride;
      long at = row + 4L * place * units;
      long c = d.c.address();
      cell.step(d.h.address() + at, c + at, gates + 4L * s * wide, c + row + beside);
    }
  }

  /** Place W of the direction from the right lies after the row. */
  @Override
  public void finishRow() {
    left.finishRow(kernels);
    for (int column = width - 1; column >= 0; column--) {
      state(right, column, column, column + 1);
    }
    right.finishRow(kernels);
    kernels.linear().linear(fromRight, right.h, upWeight, null, null);
  }
}
