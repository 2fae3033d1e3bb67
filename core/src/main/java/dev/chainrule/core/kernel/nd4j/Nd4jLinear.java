package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.blocks;
import static dev.chainrule.core.kernel.nd4j.Views.flat;
import static dev.chainrule.core.kernel.nd4j.Views.matrix;
import static dev.chainrule.core.kernel.nd4j.Views.row;
import static dev.chainrule.core.kernel.nd4j.Views.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LinearKernels;
import dev.chainrule.core.kernel.reference.HostCopies;
import dev.chainrule.core.kernel.reference.StandIn;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Linear maps and rows. */
final class Nd4jLinear implements LinearKernels {
  private final StandIn standIn;

  Nd4jLinear(StandIn standIn) {
    this.standIn = standIn;
  }

  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    try (Temporaries t = new Temporaries()) {
      INDArray product = t.own(matrix(x).mmul(w.ndarray().transpose()));
      if (bias != null) {
        product.addiRowVector(row(bias));
      }
      if (residual != null) {
        product.addi(matrix(residual));
      }
      matrix(y).assign(product);
    }
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
    try (Temporaries t = new Temporaries()) {
      if (dW != null) {
        dW.ndarray().addi(t.own(matrix(dY).transpose().mmul(matrix(x))));
      }
      if (dBias != null) {
        row(dBias).addi(t.own(matrix(dY).sum(true, 0)));
      }
      if (dX != null) {
        write(matrix(dX), accumulate, t.own(matrix(dY).mmul(w.ndarray())));
      }
    }
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    try (Temporaries t = new Temporaries()) {
      matrix(y).assign(Picking.rows(t, table.ndarray(), flat(ids)));
    }
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    try (Temporaries t = new Temporaries()) {
      Picking.sumRows(t, dTable.ndarray(), flat(ids), matrix(dY));
    }
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    try (Temporaries t = new Temporaries()) {
      blocks(y, rows).assign(t.own(blocks(x, rows).addRowVector(row(rows))));
    }
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    try (Temporaries t = new Temporaries()) {
      row(dRows).addi(t.own(blocks(dY, dRows).sum(true, 0)));
    }
  }

  @Override
  public void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    standIn().weightNorm(w, norms, v, gain, columns);
  }

  @Override
  public void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    standIn().weightNormBackward(dV, dGain, dW, norms, v, gain, columns);
  }

  private LinearKernels standIn() {
    return HostCopies.of(LinearKernels.class, standIn.of("weight normalisation").linear());
  }
}
