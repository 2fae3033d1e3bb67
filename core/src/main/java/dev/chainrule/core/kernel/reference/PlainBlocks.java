package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.quant.BlockMatrix;
import org.jspecify.annotations.Nullable;

/** A linear map of blocks, each row of which is widened when it is multiplied with. */
record PlainBlocks(BlockMatrix weight, @Nullable Tensor bias) implements PackedLinear {
  @Override
  public int inputs() {
    return weight.columns();
  }

  @Override
  public int outputs() {
    return weight.rows();
  }

  @Override
  public long bytes() {
    return weight.data().byteSize();
  }

  void product(Rows y, @Nullable Rows base, Rows x, int rows, int from, int to) {
    float[] row = new float[inputs()];
    for (int o = from; o < to; o++) {
      weight.row(o, row, 0);
      for (int n = 0; n < rows; n++) {
        double sum = bias == null ? 0 : bias.get(o);
        if (base != null) {
          sum += base.tensor().get(base.at(n) + o);
        }
        for (int i = 0; i < row.length; i++) {
          sum += row[i] * x.tensor().get(x.at(n) + i);
        }
        y.tensor().set(y.at(n) + o, sum);
      }
    }
  }
}
