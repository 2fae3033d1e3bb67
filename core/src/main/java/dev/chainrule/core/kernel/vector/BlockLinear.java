package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.quant.BlockMatrix;
import org.jspecify.annotations.Nullable;

/** A linear map whose rows are read as they lie, in a file or anywhere. */
record BlockLinear(BlockMatrix matrix, @Nullable Tensor bias) implements PackedLinear {
  @Override
  public int inputs() {
    return matrix.columns();
  }

  @Override
  public int outputs() {
    return matrix.rows();
  }

  @Override
  public long bytes() {
    return matrix.data().byteSize();
  }

  /**
   * Where the first row lies.
   *
   * @throws IllegalStateException if the file was closed: its memory is no more
   */
  long address() {
    if (!matrix.data().scope().isAlive()) {
      throw new IllegalStateException(
          "weights of a file that was closed, expected it open as long as its model is used");
    }
    return matrix.data().address();
  }
}
