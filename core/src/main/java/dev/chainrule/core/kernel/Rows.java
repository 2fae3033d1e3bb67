package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Rows of numbers within a tensor: where the first begins, and how far the next is. Incremental
 * evaluation makes them once and moves them from step to step, which allocates nothing.
 */
public final class Rows {
  private final Tensor tensor;
  private final long stride;
  private long first;

  /**
   * Rows.
   *
   * @param first element of the first row
   * @param stride elements from a row to the next
   */
  public Rows(Tensor tensor, long first, long stride) {
    this.tensor = tensor;
    this.first = first;
    this.stride = stride;
  }

  /** The rows of a matrix {@code [N, C]}, or of any array whose last dimension is C. */
  public static Rows of(Tensor matrix) {
    return new Rows(matrix, 0, matrix.dim(-1));
  }

  /** The same rows, beginning at another element. */
  public Rows moveTo(long element) {
    first = element;
    return this;
  }

  public Tensor tensor() {
    return tensor;
  }

  /** Element of the tensor at which row n begins. */
  public long at(long n) {
    return first + n * stride;
  }

  /** Elements from a row to the next. */
  public long stride() {
    return stride;
  }

  /** Where the first row begins in float32 memory. */
  public long address() {
    return tensor.address() + 4 * first;
  }
}
