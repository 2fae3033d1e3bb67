package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.pixelcnn.RowBuffer;
import org.jspecify.annotations.Nullable;

/** A residual layer of an LSTM that goes over the image. */
sealed interface RecurrentLayer permits RowLstm, DiagonalBiLstm {
  /**
   * One layer.
   *
   * @param x [B, H, W, 2h]
   * @param labels [B]; null without classes
   * @return [B, H, W, 2h]
   */
  Variable forward(Tape tape, Variable x, @Nullable Tensor labels);

  /** The layer pixel by pixel, with the parameters' present values; reads one place to the left. */
  Step step(Kernels kernels, Parameters parameters, RowBuffer input, int[] labels);

  /** A layer pixel by pixel. */
  interface Step {
    /** What the layer gives for the present row [S, 1 + W, 2h]. */
    RowBuffer output();

    /** Nothing lies above the first row. */
    void clear();

    /** Computes a pixel of the present row; may be called again for the same. */
    void pixel(int column);

    /** The present row is complete, another follows. */
    void finishRow();
  }
}
