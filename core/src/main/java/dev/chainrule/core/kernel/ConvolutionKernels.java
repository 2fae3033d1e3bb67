package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolutions; see {@link Kernels}. */
public interface ConvolutionKernels {
  /**
   * Causal dilated convolution along time: {@code y[b, t] = bias + sum_k w[k] x[b, t - (K-1-k)
   * dilation]}, places before the first being zero. The last tap reads the present.
   *
   * @param y [B, T, O]
   * @param x [B, T, I]
   * @param w [K, O, I]
   * @param bias [O]
   */
  void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation);

  /** Backward of {@link #causalConv1d}. */
  void causalConv1dBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w,
      int dilation);
}
