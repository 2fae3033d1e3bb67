package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.quant.BlockMatrix;
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
  public PackedLinear pack(BlockMatrix weight, @Nullable Tensor bias, Reading reading) {
    return new PlainBlocks(weight, bias);
  }

  @Override
  public void product(
      Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows, int from, int to) {
    switch (w) {
      case PlainLinear plain -> plain.product(y, base, x, rows, from, to);
      case PlainBlocks blocks -> blocks.product(y, base, x, rows, from, to);
      default -> throw new IllegalArgumentException("weights of another engine: " + w);
    }
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
