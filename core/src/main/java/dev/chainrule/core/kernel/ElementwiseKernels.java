package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/** Activations of one number, and products; see {@link Kernels}. */
public interface ElementwiseKernels {
  /** {@code y = f(x)}. */
  void activation(Tensor y, Tensor x, Activation f);

  /** Backward of {@link #activation}; dX may be dY. */
  void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f);

  /**
   * ELU of x and of -x beside each other, as PixelCNN++ has it.
   *
   * @param y [N, 2C]
   * @param x [N, C]
   */
  void concatElu(Tensor y, Tensor x);

  /** Backward of {@link #concatElu}. */
  void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x);

  /** {@code y = a b}; y may be a or b. */
  void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b);
}
