package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ConvolutionKernels;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;

/** Convolutions, tap by tap. */
final class ReferenceConvolutions implements ConvolutionKernels {
  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    new CausalConvolution(x, w, dilation).forward(y, bias);
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
    new CausalConvolution(x, w, dilation).backward(dX, accumulate, dW, dY);
    if (dBias != null) {
      Linear.sumRows(dBias, dY);
    }
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    new Conv2d(x, y, taps).forward(w, bias, residual);
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    new Conv2d(dX, dY, taps).backwardInput(accumulate, w);
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    if (dW != null) {
      new Conv2d(x, dY, taps).backwardWeight(dW);
    }
    if (dBias != null) {
      Linear.sumRows(dBias, dY);
    }
  }
}
