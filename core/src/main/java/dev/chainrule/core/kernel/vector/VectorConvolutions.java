package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.address;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ConvolutionKernels;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.kernel.blas.Gemm;
import org.jspecify.annotations.Nullable;

/** Convolutions along time and over images. */
final class VectorConvolutions implements ConvolutionKernels {
  private final Gemm gemm;
  private final Scratch scratch;

  VectorConvolutions(Gemm gemm, Scratch scratch) {
    this.gemm = gemm;
    this.scratch = scratch;
  }

  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    convolution(x, w, dilation).forward(y.address(), x.address(), w.address(), address(bias));
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
    convolution(x, w, dilation)
        .backward(
            address(dX),
            accumulate,
            address(dW),
            address(dBias),
            dY.address(),
            x.address(),
            w.address());
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    Conv2d conv = conv2d(x, y, taps);
    long memory = scratch.address(conv.scratchBytes());
    conv.forward(
        gemm, y.address(), x.address(), w.address(), address(bias), address(residual), memory);
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    Conv2d conv = conv2d(dX, dY, taps);
    long memory = scratch.address(conv.scratchBytes());
    conv.backwardInput(gemm, dX.address(), accumulate, dY.address(), w.address(), memory);
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    Conv2d conv = conv2d(x, dY, taps);
    long memory = scratch.address(conv.scratchBytes());
    conv.backwardWeight(gemm, address(dW), address(dBias), dY.address(), x.address(), memory);
  }

  private CausalConvolution convolution(Tensor x, Tensor w, int dilation) {
    return new CausalConvolution(gemm, x.dim(0), x.dim(1), w.dim(2), w.dim(1), w.dim(0), dilation);
  }

  private static Conv2d conv2d(Tensor x, Tensor y, Taps taps) {
    return new Conv2d(taps, x.dim(0), x.dim(1), x.dim(2), x.dim(3), y.dim(1), y.dim(2), y.dim(3));
  }
}
