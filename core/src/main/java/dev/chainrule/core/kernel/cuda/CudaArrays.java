package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.ArrayKernels;

/** Whole arrays. */
record CudaArrays(Pointwise pointwise, Sums sums) implements ArrayKernels {
  @Override
  public void copy(Tensor y, Tensor x) {
    pointwise.copy(y, x);
  }

  @Override
  public void fill(Tensor x, double value) {
    pointwise.fill(x, value);
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    pointwise.addScaled(y, x, alpha);
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    pointwise.add(y, a, b);
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    pointwise.multiply(y, accumulate, a, b);
  }

  @Override
  public double sum(Tensor x) {
    return sums.total(x, false);
  }

  @Override
  public double squaredNorm(Tensor x) {
    return sums.total(x, true);
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    pointwise.adamW(parameters, gradients, m, v, step);
  }
}
