package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.address;
import static dev.chainrule.core.kernel.vector.VectorKernels.size;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LinearKernels;
import dev.chainrule.core.kernel.blas.Gemm;
import org.jspecify.annotations.Nullable;

/** Linear maps by a library's products, and rows. */
final class VectorLinear implements LinearKernels {
  private final Gemm gemm;

  VectorLinear(Gemm gemm) {
    this.gemm = gemm;
  }

  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    Linear.forward(
        gemm,
        y.address(),
        x.address(),
        w.address(),
        address(bias),
        address(residual),
        x.rows(),
        w.dim(1),
        w.dim(0));
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
    Linear.backward(
        gemm,
        address(dX),
        accumulate,
        address(dW),
        address(dBias),
        dY.address(),
        x.address(),
        w.address(),
        x.rows(),
        w.dim(1),
        w.dim(0));
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    int width = table.dim(1);
    for (int n = 0; n < size(ids); n++) {
      long row = table.address() + 4L * width * Memory.getInt(ids.address() + 4L * n);
      Linear.copy(y.address() + 4L * n * width, row, width);
    }
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    int width = dTable.dim(1);
    for (int n = 0; n < size(ids); n++) {
      long row = dTable.address() + 4L * width * Memory.getInt(ids.address() + 4L * n);
      Elementwise.add(row, row, dY.address() + 4L * n * width, width);
    }
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    long block = rows.size();
    for (long from = 0; from < x.size(); from += block) {
      Elementwise.add(y.address() + 4 * from, x.address() + 4 * from, rows.address(), size(rows));
    }
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    Linear.sumRows(dRows.address(), dY.address(), (int) (dY.size() / dRows.size()), size(dRows));
  }

  @Override
  public void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    int depth = (int) (v.size() / units);
    if (columns) {
      WeightNorm.columns(w.address(), norms.address(), v.address(), gain.address(), units, depth);
    } else {
      WeightNorm.rows(w.address(), norms.address(), v.address(), gain.address(), units, depth);
    }
  }

  @Override
  public void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    int depth = (int) (v.size() / units);
    if (columns) {
      WeightNorm.columnsBackward(
          dV.address(),
          dGain.address(),
          dW.address(),
          norms.address(),
          v.address(),
          gain.address(),
          units,
          depth);
    } else {
      WeightNorm.rowsBackward(
          dV.address(),
          dGain.address(),
          dW.address(),
          norms.address(),
          v.address(),
          gain.address(),
          units,
          depth);
    }
  }
}
