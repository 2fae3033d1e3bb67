package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Nonlinear functions element by element; see {@link Kernels}. */
public interface ActivationKernels {
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
}
