package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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

  /**
   * A view of a part. {@link INDArray#get} is of no use: of arrays that do not begin where their
   * memory does it gives a scalar, or other numbers.
   *
   * @param bounds of each dimension, the first and one past the last
   */
  static INDArray part(INDArray x, long... bounds) {
    long[] shape = new long[x.rank()];
    long offset = x.offset();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = bounds[2 * i + 1] - bounds[2 * i];
      offset += bounds[2 * i] * x.stride(i);
    }
    return view(x, shape, x.stride(), offset);
  }

  /** A view of place {@code k} of a dimension, which the view lacks. */
  static INDArray slice(INDArray x, int dimension, long k) {
    long[] shape = new long[x.rank() - 1];
    long[] stride = new long[x.rank() - 1];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = x.size(i < dimension ? i : i + 1);
      stride[i] = x.stride(i < dimension ? i : i + 1);
    }
    return view(x, shape, stride, x.offset() + k * x.stride(dimension));
  }

  /** A view of other shape, in elements of the memory under an array. */
  static INDArray view(INDArray x, long[] shape, long[] stride, long offset) {
    DataBuffer own = x.data();
    DataBuffer whole = own.originalDataBuffer();
    return Nd4j.create(whole == null ? own : whole, shape, stride, offset, 'c', x.dataType());
  }

  /** A view of some rows of a matrix. */
  static INDArray rows(INDArray x, long from, long to) {
    return part(x, from, to, 0, x.size(1));
  }

  /** A view of some columns of a matrix. */
  static INDArray columns(INDArray x, long from, long to) {
    return part(x, 0, x.size(0), from, to);
  }

  static INDArray flat(Tensor x) {
    return x.ndarray().reshape(new long[] {x.size()});
  }

  static INDArray column(Tensor x) {
    return x.ndarray().reshape('c', x.size(), 1);
  }
}
