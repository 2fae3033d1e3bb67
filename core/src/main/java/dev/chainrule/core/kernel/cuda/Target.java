package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where a matrix product goes.
 *
 * @param address of the first row
 * @param leading from row to row
 * @param add what is added, of the same shape; 0 for nothing; may be the target itself
 * @param addLeading from row to row of it
 * @param bias added to every row; 0 for none
 */
record Target(long address, long leading, long add, long addLeading, long bias) {
  /** A matrix that is written, or added to. */
  static Target of(long address, long leading, boolean accumulate) {
    return new Target(address, leading, accumulate ? address : 0, leading, 0);
  }

  /** A matrix whose columns are the last dimension. */
  static Target of(Tensor matrix, boolean accumulate) {
    return of(Launch.address(matrix), matrix.dim(-1), accumulate);
  }

  /** The same with a bias and a summand in place of its own content. */
  static Target of(Tensor matrix, @Nullable Tensor bias, @Nullable Tensor residual) {
    long leading = matrix.dim(-1);
    return new Target(
        Launch.address(matrix), leading, Launch.address(residual), leading, Launch.address(bias));
  }
}
