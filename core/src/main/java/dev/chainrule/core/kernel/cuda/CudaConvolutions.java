package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ConvolutionKernels;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;

/** Convolutions along time and over images. */
record CudaConvolutions(Convolutions convolutions) implements ConvolutionKernels {
  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    convolutions.causalConv1d(y, x, w, bias, dilation);
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
    convolutions.causalConv1dBackward(dX, accumulate, dW, dBias, dY, x, w, dilation);
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    convolutions.conv2d(y, x, w, bias, residual, taps);
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    convolutions.conv2dBackwardInput(dX, accumulate, dY, w, taps);
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    convolutions.conv2dBackwardWeight(dW, dBias, dY, x, taps);
  }
}
