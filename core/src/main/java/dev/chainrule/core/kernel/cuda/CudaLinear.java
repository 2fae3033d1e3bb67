package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LinearKernels;
import org.jspecify.annotations.Nullable;

/** Linear maps and rows. */
record CudaLinear(Products products, Sums sums, Pointwise pointwise, Rows rows, Tables tables)
    implements LinearKernels {
  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    products.multiply(
        Operand.rows(x),
        Operand.rows(w),
        x.rows(),
        w.dim(0),
        w.dim(1),
        Target.of(y, bias, residual));
  }

  @Override
  public void linearBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w) {
    int in = w.dim(1);
    int out = w.dim(0);
    if (dX != null) {
      products.multiply(
          Operand.rows(dY), Operand.columns(w), dY.rows(), in, out, Target.of(dX, accumulate));
    }
    if (dW != null) {
      products.multiply(
          Operand.columns(dY), Operand.columns(x), out, in, dY.rows(), Target.of(dW, true));
    }
    if (dBias != null) {
      sums.rows(dBias, dY);
    }
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    tables.embedding(y, ids, table);
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    tables.embeddingBackward(dTable, dY, ids);
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    pointwise.addRows(y, x, rows);
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    sums.rows(dRows, dY);
  }

  @Override
  public void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    rows.weightNorm(w, norms, v, gain, columns);
  }

  @Override
  public void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    rows.weightNormBackward(dV, dGain, dW, norms, v, gain, columns);
  }
}
