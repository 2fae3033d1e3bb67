package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/** Operations on whole arrays, number by number; see {@link Kernels}. */
public interface ArrayKernels {
  /** {@code y = x}. */
  void copy(Tensor y, Tensor x);

  /** {@code x = value} everywhere. */
  void fill(Tensor x, double value);

  /** {@code y += alpha * x}. */
  void addScaled(Tensor y, Tensor x, double alpha);

  /** {@code y = a + b}; y may be a. */
  void add(Tensor y, Tensor a, Tensor b);

  /** {@code y = a b}; y may be a or b. */
  void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b);

  /** The sum of all elements. */
  double sum(Tensor x);

  /** The sum of squares of all elements. */
  double squaredNorm(Tensor x);

  /** One step of AdamW on a range of parameters; see {@link AdamWStep}. */
  void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step);
}
