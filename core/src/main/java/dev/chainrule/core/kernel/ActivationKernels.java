package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Nonlinear functions, of one number or of two that stand half a row apart; see {@link Kernels}.
 */
public interface ActivationKernels {
  /** {@code y = f(x)}. */
  void activation(Tensor y, Tensor x, Activation f);

  /** Backward of {@link #activation}; dX may be dY. */
  void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f);

  /**
   * The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016, as GPT-2 has it):
   * {@code y = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}.
   */
  void gelu(Tensor y, Tensor x);

  /** Backward of {@link #gelu}; dX may be dY. */
  void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x);

  /**
   * ELU of x and of -x beside each other, as PixelCNN++ has it.
   *
   * @param y [N, 2C]
   * @param x [N, C]
   */
  void concatElu(Tensor y, Tensor x);

  /** Backward of {@link #concatElu}. */
  void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x);

  /**
   * The gated unit of van den Oord et al. 2016 (PixelCNN, WaveNet): {@code y[n] = tanh(a)
   * sigmoid(b)}, where a and b are the halves of {@code x[n] + condition[n / (N/R)]}. A row of
   * conditions thus serves N/R rows that follow each other: those of one image or one clip.
   *
   * @param y [N, C]
   * @param x [N, 2C]
   * @param condition [R, 2C], N a multiple of R
   */
  void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition);

  /** Backward of {@link #gatedActivation}; both nonlinearities are computed again. */
  void gatedActivationBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition);

  /**
   * {@code y[n] = residual[n] + a sigmoid(b)}, where a and b are the halves of {@code x[n] +
   * condition[n / (N/R)]}: a row of conditions serves N/R rows that follow each other.
   *
   * @param y [N, C]
   * @param x [N, 2C]
   * @param condition [R, 2C], N a multiple of R
   * @param residual [N, C]
   */
  void gatedLinear(Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual);

  /** Backward of {@link #gatedLinear} but for the residual, whose gradient is {@code dY} itself. */
  void gatedLinearBackward(
      Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition);
}
