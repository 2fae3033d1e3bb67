package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import org.jspecify.annotations.Nullable;

/**
 * The definition of the operations of incremental evaluation. Weights stay as they are, whatever
 * the format: what a format rounds is its own affair.
 */
public final class ReferenceSteps implements StepKernels {
  @Override
  public PackedLinear pack(
      Tensor weight, @Nullable Tensor bias, WeightFormat format, Reading reading) {
    return PlainLinear.of(weight, bias);
  }

  @Override
  public void product(
      Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows, int from, int to) {
    ((PlainLinear) w).product(y, base, x, rows, from, to);
  }

  @Override
  public void copyRows(Rows y, Rows x, int rows, int width) {
    for (int n = 0; n < rows; n++) {
      for (int i = 0; i < width; i++) {
        y.tensor().set(y.at(n) + i, x.tensor().get(x.at(n) + i));
      }
    }
  }
}
