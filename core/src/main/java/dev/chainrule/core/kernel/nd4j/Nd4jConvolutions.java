package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.matrix;
import static dev.chainrule.core.kernel.nd4j.Views.row;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ConvolutionKernels;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;

/** Convolutions along time and over images. */
final class Nd4jConvolutions implements ConvolutionKernels {
  private final Conv2d.Numbers numbers = new Conv2d.Numbers();

  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    try (Temporaries t = new Temporaries()) {
      new CausalConvolution(t, x.ndarray(), w.ndarray(), dilation)
          .forward(y.ndarray(), bias == null ? null : row(bias));
    }
  }

  @Override
  public void causalConv1dBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w,
      int dilation) {
    try (Temporaries t = new Temporaries()) {
      new CausalConvolution(t, x.ndarray(), w.ndarray(), dilation)
          .backward(
              dX == null ? null : dX.ndarray(),
              accumulate,
              dW == null ? null : dW.ndarray(),
              dBias == null ? null : row(dBias),
              dY.ndarray());
    }
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    try (Temporaries t = new Temporaries()) {
      new Conv2d(x, y, taps, numbers).forward(t, w, bias, residual);
    }
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    try (Temporaries t = new Temporaries()) {
      new Conv2d(dX, dY, taps, numbers).backwardInput(t, accumulate, w);
    }
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    try (Temporaries t = new Temporaries()) {
      if (dW != null) {
        new Conv2d(x, dY, taps, numbers).backwardWeight(t, dW);
      }
      if (dBias != null) {
        row(dBias).addi(t.own(matrix(dY).sum(true, 0)));
      }
    }
  }
}
