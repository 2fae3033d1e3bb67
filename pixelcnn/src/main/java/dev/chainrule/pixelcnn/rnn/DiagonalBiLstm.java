package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.RecurrentOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;
import dev.chainrule.pixelcnn.RowBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A layer of the Diagonal BiLSTM: one state goes from the upper left corner, reading the pixels
 * above and to the left, one from the upper right corner, reading the pixels above and to the
 * right; the second is shifted down by a row, lest a pixel see those to its right.
 *
 * <p>A diagonal's places, numbered by their rows, are the steps of a {@link Sweep}, in which a
 * place reads its own number (the neighbour in its row) and the one before (the pixel above) of the
 * diagonal before: the skewed map of the paper without its padding.
 */
final class DiagonalBiLstm implements RecurrentLayer {
  /** Tap of the pixel above in {@link Sweep#byDiagonals}. */
  static final int ABOVE = 0;

  /** Tap of the neighbour in the same row. */
  static final int BESIDE = 1;

  private static final Taps SHIFTED = Taps.at(-1, 0);

  final Gates left;
  final Gates right;
  final MaskedConv2d up;
  private final int[] leftOrder;
  private final int[] rightOrder;

  DiagonalBiLstm(Parameters parameters, String name, PixelRnnConfig config) {
    ImageFormat image = config.image();
    int units = config.numUnits();
    Sweep sweep = Sweep.byDiagonals(image.height(), image.width());
    left = new Gates(parameters, name + ".left", config, Taps.at(0, 0), sweep);
    right = new Gates(parameters, name + ".right", config, Taps.at(0, 0), sweep);
    MaskedConv2d.Mask mask = MaskedConv2d.Mask.of(MaskType.B, image.channels(), units, 2 * units);
    up = new MaskedConv2d(parameters, name + ".up", units, 2 * units, Taps.at(0, 0), false, mask);
    leftOrder = order(sweep, image.width(), false);
    rightOrder = order(sweep, image.width(), true);
  }

  /** The pixel, in raster order, of each row of a sweep over diagonals. */
  private static int[] order(Sweep sweep, int width, boolean fromTheRight) {
    int[] order = new int[sweep.rows()];
    for (int t = 0; t < sweep.steps(); t++) {
      for (int row = sweep.first(t); row < sweep.end(t); row++) {
        int along = t - row;
        order[sweep.row(t, row)] = row * width + (fromTheRight ? width - 1 - along : along);
      }
    }
    return order;
  }

  @Override
  public Variable forward(Tape tape, Variable x, @Nullable Tensor labels) {
    Tensor in = x.value();
    Variable images = tape.reshape(x, in.dim(0), in.dim(1) * in.dim(2), in.dim(3));
    Variable places = RecurrentOps.swapAxes(tape, images);
    Variable fromLeft = states(tape, places, left, leftOrder, labels, in);
    Variable fromRight = states(tape, places, right, rightOrder, labels, in);
    return up.forward(tape, fromRight, up.forward(tape, fromLeft, x), SHIFTED);
  }

  /**
   * The states of one direction as images.
   *
   * @param places [H W, B, 2h]
   * @return [B, H, W, h]
   */
  private static Variable states(
      Tape tape, Variable places, Gates gates, int[] order, @Nullable Tensor labels, Tensor in) {
    int count = order.length;
    int batch = in.dim(0);
    Variable input = RecurrentOps.permute(tape, places, order);
    input = tape.reshape(input, 1, count, batch, in.dim(3));
    input = gates.inputToState().forward(tape, input);
    input = tape.reshape(input, count, batch, input.value().dim(3));
    Variable states = gates.states(tape, input, labels);
    int units = states.value().dim(2);
    states = RecurrentOps.permute(tape, states, inverse(order));
    return tape.reshape(RecurrentOps.swapAxes(tape, states), batch, in.dim(1), in.dim(2), units);
  }

  private static int[] inverse(int[] order) {
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return inverse;
  }

  @Override
  public Step step(Kernels kernels, Parameters parameters, RowBuffer input, int[] labels) {
    return new DiagonalBiLstmStep(kernels, parameters, this, input, labels);
  }
}
