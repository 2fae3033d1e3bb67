package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.size;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.ArrayKernels;

/** Whole arrays, as {@link Elementwise} has their loops. */
final class VectorArrays implements ArrayKernels {
  @Override
  public void copy(Tensor y, Tensor x) {
    Linear.copy(y.address(), x.address(), x.size());
  }

  @Override
  public void fill(Tensor x, double value) {
    if (value == 0) {
      x.segment().fill((byte) 0);
    } else {
      Elementwise.fill(x.address(), (float) value, size(x));
    }
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    Elementwise.addScaled(y.address(), x.address(), (float) alpha, size(x));
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    Elementwise.add(y.address(), a.address(), b.address(), size(y));
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    Activations.multiply(y.address(), accumulate, a.address(), b.address(), size(y));
  }

  @Override
  public double sum(Tensor x) {
    return Elementwise.sum(x.address(), x.size());
  }

  @Override
  public double squaredNorm(Tensor x) {
    return Elementwise.squaredNorm(x.address(), x.size());
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    AdamW.step(
        parameters.address(),
        gradients.address(),
        m.address(),
        v.address(),
        parameters.size(),
        step);
  }
}
