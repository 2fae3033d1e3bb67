package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.ArrayKernels;

/** Whole arrays, one number after the other. */
final class ReferenceArrays implements ArrayKernels {
  @Override
  public void copy(Tensor y, Tensor x) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, x.get(i));
    }
  }

  @Override
  public void fill(Tensor x, double value) {
    for (long i = 0; i < x.size(); i++) {
      x.set(i, value);
    }
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, y.get(i) + alpha * x.get(i));
    }
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, a.get(i) + b.get(i));
    }
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    for (long i = 0; i < y.size(); i++) {
      write(y, accumulate, i, a.get(i) * b.get(i));
    }
  }

  @Override
  public double sum(Tensor x) {
    double sum = 0;
    for (long i = 0; i < x.size(); i++) {
      sum += x.get(i);
    }
    return sum;
  }

  @Override
  public double squaredNorm(Tensor x) {
    double sum = 0;
    for (long i = 0; i < x.size(); i++) {
      sum += x.get(i) * x.get(i);
    }
    return sum;
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    for (long i = 0; i < parameters.size(); i++) {
      double g = step.gradientScale() * gradients.get(i);
      double mean = step.beta1() * m.get(i) + (1 - step.beta1()) * g;
      double square = step.beta2() * v.get(i) + (1 - step.beta2()) * g * g;
      double p = parameters.get(i);
      double direction = mean / (Math.sqrt(square) * step.vScale() + step.epsilon());
      m.set(i, mean);
      v.set(i, square);
      parameters.set(i, p - step.decay() * p - step.stepSize() * direction);
    }
  }
}
