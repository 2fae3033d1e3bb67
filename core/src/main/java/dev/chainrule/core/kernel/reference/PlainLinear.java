package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import org.jspecify.annotations.Nullable;

/** A linear map as it is: a copy of its weights [O, I] and its bias [O]. */
record PlainLinear(Tensor weight, @Nullable Tensor bias) implements PackedLinear {
  static PlainLinear of(Tensor weight, @Nullable Tensor bias) {
    return new PlainLinear(copy(weight), bias == null ? null : copy(bias));
  }

  private static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.zeros(tensor.dtype(), tensor.shape());
    copy.copyFrom(tensor);
    return copy;
  }

  @Override
  public int inputs() {
    return Math.toIntExact(weight.size() / outputs());
  }

  @Override
  public int outputs() {
    return weight.dim(0);
  }

  @Override
  public long bytes() {
    return weight.size() * weight.dtype().bytes();
  }

  void product(Rows y, @Nullable Rows base, Rows x, int rows, int from, int to) {
    int inputs = inputs();
    for (int n = 0; n < rows; n++) {
      for (int o = from; o < to; o++) {
        double sum = bias == null ? 0 : bias.get(o);
        if (base != null) {
          sum += base.tensor().get(base.at(n) + o);
        }
        for (int i = 0; i < inputs; i++) {
          sum += weight.get((long) o * inputs + i) * x.tensor().get(x.at(n) + i);
        }
        y.tensor().set(y.at(n) + o, sum);
      }
    }
  }
}
