package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.row;
import static dev.chainrule.core.kernel.nd4j.Views.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.ArrayKernels;

/** Whole arrays. */
final class Nd4jArrays implements ArrayKernels {
  @Override
  public void copy(Tensor y, Tensor x) {
    row(y).assign(row(x));
  }

  @Override
  public void fill(Tensor x, double value) {
    x.ndarray().assign(value);
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    try (Temporaries t = new Temporaries()) {
      row(y).addi(t.own(row(x).mul(alpha)));
    }
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    try (Temporaries t = new Temporaries()) {
      row(y).assign(t.own(row(a).add(row(b))));
    }
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    try (Temporaries t = new Temporaries()) {
      write(row(y), accumulate, t.own(row(a).mul(row(b))));
    }
  }

  @Override
  public double sum(Tensor x) {
    return Sums.sum(x.ndarray());
  }

  @Override
  public double squaredNorm(Tensor x) {
    return Sums.squaredNorm(x.ndarray());
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    AdamW.update(row(parameters), row(gradients), row(m), row(v), step);
  }
}
