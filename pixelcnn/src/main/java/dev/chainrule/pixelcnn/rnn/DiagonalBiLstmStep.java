package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
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
  private final RowKernels rows;
  private final RowBuffer input;
  private final RowBuffer output;
  private final Direction left;
  private final Direction right;
  private final PackedLinear up;
  private final Tensor upWeight;
  private final Tensor fromRight;
  private final Rows fromRightRows;

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
   * @param baseRows of base, a row for each stream, moved from place to place
   * @param states of h, likewise
   */
  private record Direction(
      PackedLinear toGates,
      PackedLinear beside,
      Tensor above,
      Tensor start,
      Tensor base,
      Tensor gates,
      Tensor h,
      Tensor c,
      Rows baseRows,
      Rows gateRows,
      Rows states) {
    static Direction of(
        StepKernels steps, Gates gates, Parameters parameters, int[] labels, int width, int units) {
      Tensor start = gates.start(parameters, labels, 1 + width);
      int streams = labels.length;
      Tensor base = Tensor.zeros(DType.FLOAT32, start.shape());
      Tensor gateValues = Tensor.zeros(DType.FLOAT32, streams, 4 * units);
      Tensor h = Tensor.zeros(DType.FLOAT32, streams, 1 + width, units);
      return new Direction(
          steps.pack(gates.inputToState().maskedWeight(parameters), null),
          steps.pack(gates.stateToState(parameters, DiagonalBiLstm.BESIDE), null),
          gates.stateToState(parameters, DiagonalBiLstm.ABOVE),
          start,
          base,
          gateValues,
          h,
          Tensor.zeros(DType.FLOAT32, streams, 1 + width, units),
          new Rows(base, 0, 4L * units * (1 + width)),
          Rows.of(gateValues),
          new Rows(h, 0, (long) units * (1 + width)));
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
    rows = kernels.rows();
    output = new RowBuffer(streams, 1, width, 2 * units);
    left = Direction.of(kernels.steps(), layer.left, parameters, labels, width, units);
    right = Direction.of(kernels.steps(), layer.right, parameters, labels, width, units);
    up = layer.up.step(kernels.steps(), parameters);
    upWeight = layer.up.maskedWeight(parameters).reshape(2 * units, units);
    fromRight = Tensor.zeros(DType.FLOAT32, streams, 1 + width, 2 * units);
    fromRightRows = new Rows(fromRight, 0, 2L * units * (1 + width));
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
    Rows base = fromRightRows.moveTo((long) column * outputs);
    Rows state = left.states.moveTo((column + 1L) * units);
    kernels.steps().product(output.rows(column), base, up, state, streams);
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
    StepKernels steps = kernels.steps();
    Rows base = d.baseRows.moveTo((long) place * wide);
    steps.product(d.gateRows, base, d.toGates, input.rows(column), streams);
    Rows before = d.states.moveTo((long) neighbour * units);
    steps.product(d.gateRows, d.gateRows, d.beside, before, streams);
    long gates = d.gates.address();
    long beside = 4L * neighbour * units;
    int stride = (1 + width) * units;
    for (int s = 0; s < streams; s++) {
      long row = 4L * s * stride;
      long at = row + 4L * place * units;
      long c = d.c.address();
      rows.lstmCell(d.h.address() + at, c + at, gates + 4L * s * wide, c + row + beside, units);
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
