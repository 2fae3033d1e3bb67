package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;

/**
 * One side of a matrix product: float32 numbers with a step between rows and one along the depth,
 * one of which is 1.
 */
record Operand(long address, long rowStep, long depthStep) {
  /** Rows lie one after the other: a matrix as it is. */
  static Operand rows(long address, long leading) {
    return new Operand(address, leading, 1);
  }

  /** The last dimension is the depth. */
  static Operand rows(Tensor matrix) {
    return rows(Launch.address(matrix), matrix.dim(-1));
  }

  /** The rows of the product are the matrix's columns. */
  static Operand columns(long address, long leading) {
    return new Operand(address, 1, leading);
  }

  /** The last dimension is that of the product's rows. */
  static Operand columns(Tensor matrix) {
    return columns(Launch.address(matrix), matrix.dim(-1));
  }

  /** Whether what follows each other in memory follows each other along the depth. */
  boolean isDeep() {
    return depthStep == 1;
  }

  /** Between the runs of memory; not less than a run is long, where there is one run only. */
  long leading(int rows, int depth) {
    return isDeep() ? Math.max(rowStep, depth) : Math.max(depthStep, rows);
  }
}
