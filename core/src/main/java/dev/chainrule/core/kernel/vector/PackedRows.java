package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import org.jspecify.annotations.Nullable;

/**
 * Float32 weights of a linear map, row after row as {@link MatVec} streams them: where they lie.
 */
record PackedRows(Tensor weight, @Nullable Tensor bias) implements PackedLinear {
  static PackedRows of(Tensor weight, @Nullable Tensor bias) {
    int outputs = weight.dim(0);
    return new PackedRows(weight.reshape(outputs, (int) (weight.size() / outputs)), bias);
  }

  @Override
  public int inputs() {
    return weight.dim(1);
  }

  @Override
  public int outputs() {
    return weight.dim(0);
  }

  @Override
  public long bytes() {
    return 4 * weight.size();
  }
}
