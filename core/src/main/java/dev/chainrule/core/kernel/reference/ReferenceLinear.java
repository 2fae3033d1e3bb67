package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LinearKernels;
import org.jspecify.annotations.Nullable;

/** Linear maps and rows in plain loops. */
final class ReferenceLinear implements LinearKernels {
  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    Linear.forward(y, x, w, bias, residual);
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
    if (dX != null) {
      Linear.backwardInput(dX, accumulate, dY, w);
    }
    if (dW != null) {
      Linear.backwardWeight(dW, dY, x);
    }
    if (dBias != null) {
      Linear.sumRows(dBias, dY);
    }
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    int width = table.dim(1);
    for (long i = 0; i < y.size(); i++) {
      y.set(i, table.get((long) ids.getInt(i / width) * width + i % width));
    }
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    int width = dTable.dim(1);
    double[] sums = dTable.toDoubles();
    for (long i = 0; i < dY.size(); i++) {
      sums[(int) (ids.getInt(i / width) * (long) width + i % width)] += dY.get(i);
    }
    for (int i = 0; i < sums.length; i++) {
      dTable.set(i, sums[i]);
    }
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, x.get(i) + rows.get(i % rows.size()));
    }
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    Linear.sumRows(dRows, dY);
  }

  @Override
  public void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    long depth = v.size() / units;
    for (int o = 0; o < units; o++) {
      double sum = 0;
      for (long i = 0; i < depth; i++) {
        double value = v.get(columns ? i * units + o : o * depth + i);
        sum += value * value;
      }
      double norm = Math.sqrt(sum);
      norms.set(o, norm);
      for (long i = 0; i < depth; i++) {
        long at = columns ? i * units + o : o * depth + i;
        w.set(at, gain.get(o) / norm * v.get(at));
      }
    }
  }

  @Override
  public void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    long depth = v.size() / units;
    for (int o = 0; o < units; o++) {
      double norm = norms.get(o);
      double dot = 0;
      for (long i = 0; i < depth; i++) {
        long at = columns ? i * units + o : o * depth + i;
        dot += dW.get(at) * v.get(at);
      }
      dot /= norm;
      dGain.set(o, dGain.get(o) + dot);
      double factor = gain.get(o) / norm;
      for (long i = 0; i < depth; i++) {
        long at = columns ? i * units + o : o * depth + i;
        dV.set(at, dV.get(at) + factor * (dW.get(at) - dot / norm * v.get(at)));
      }
    }
  }
}
