package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions over images. Input and output gradients are operations of their own, so that a
 * transposed convolution is the same three with the roles exchanged.
 */
public interface Conv2dKernels {
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
