package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions along time and over images; see {@link Kernels}. The gradients for the input and for
 * the weights of an image are operations of their own, so that a transposed convolution is the same
 * three with the roles exchanged.
 */
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

  /**
   * {@code y[b, h, w] = bias + residual[b, h, w] + sum over taps k of w[:, k] x[b, h s + dy_k, w s
   * + dx_k]}.
   *
   * @param y [B, H', W', O]
   * @param x [B, H, W, I]
   * @param w [O, K, I]
   * @param bias [O]
   * @param residual [B, H', W', O]
   */
  void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps);

  /**
   * The gradient of {@link #conv2d} for its input; as a forward operation, the transposed
   * convolution.
   *
   * @param dX [B, H, W, I]
   * @param dY [B, H', W', O]
   * @param w [O, K, I]
   */
  void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps);

  /**
   * The gradients of {@link #conv2d} for weights and bias, which are added to.
   *
   * @param dW [O, K, I]
   * @param dBias [O]
   * @param dY [B, H', W', O]
   * @param x [B, H, W, I]
   */
  void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps);
}
