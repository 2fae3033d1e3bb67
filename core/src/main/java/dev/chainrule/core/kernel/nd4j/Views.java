package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tensors as the matrices and rows that ND4J's calls take, sharing their memory. */
final class Views {
  private Views() {}

  /** Writes an array, or adds to it. */
  static void write(INDArray x, boolean accumulate, INDArray value) {
    if (accumulate) {
      x.addi(value);
    } else {
      x.assign(value);
    }
  }

  /** Rows and columns, the columns being the last dimension. */
  static INDArray matrix(Tensor x) {
    return x.ndarray().reshape('c', x.rows(), x.dim(-1));
  }

  static @Nullable INDArray matrixOrNull(@Nullable Tensor x) {
    return x == null ? null : matrix(x);
  }

  /** As many columns as {@code rows} has elements. */
  static INDArray blocks(Tensor x, Tensor rows) {
    return x.ndarray().reshape('c', x.size() / rows.size(), rows.size());
  }

  static INDArray row(Tensor x) {
    return x.ndarray().reshape('c', 1, x.size());
  }

  static INDArray column(Tensor x) {
    return x.ndarray().reshape('c', x.size(), 1);
  }
}
