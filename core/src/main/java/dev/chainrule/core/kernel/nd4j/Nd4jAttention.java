package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.column;
import static dev.chainrule.core.kernel.nd4j.Views.matrix;
import static dev.chainrule.core.kernel.nd4j.Views.row;
import static dev.chainrule.core.kernel.nd4j.Views.write;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionKernels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Attention, layer normalisation and dropout. */
final class Nd4jAttention implements AttentionKernels {
  private @Nullable INDArray causalMask;

  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    Attention attention = attention(y, numHeads);
    try (Temporaries t = new Temporaries()) {
      attention.forward(t, matrix(y), matrix(logSumExp), matrix(qkv));
    }
  }

  @Override
  public void causalAttentionBackward(
      Tensor dQkv,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor qkv,
      int numHeads) {
    Attention attention = attention(y, numHeads);
    try (Temporaries t = new Temporaries()) {
      attention.backward(
          t, matrix(dQkv), accumulate, matrix(dY), matrix(y), matrix(logSumExp), matrix(qkv));
    }
  }

  @Override
  public void layerNorm(
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain,
      @Nullable Tensor bias,
      double epsilon) {
    try (Temporaries t = new Temporaries()) {
      INDArray mu = t.own(matrix(x).mean(true, 1));
      INDArray centred = t.own(matrix(x).subColumnVector(mu));
      INDArray squares = t.own(centred.mul(centred));
      INDArray variance = t.own(squares.mean(true, 1));
      INDArray scale = Transforms.sqrt(variance.addi(epsilon), false).rdivi(1);
      centred.muliColumnVector(scale).muliRowVector(row(gain));
      if (bias != null) {
        centred.addiRowVector(row(bias));
      }
      matrix(y).assign(centred);
      column(mean).assign(mu);
      column(rstd).assign(scale);
    }
  }

  /** With g = dY * gain and n the normalised x: {@code dX = rstd (g - mean(g) - n mean(g n))}. */
  @Override
  public void layerNormBackward(
      Tensor dX,
      boolean accumulate,
      Tensor dGain,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain) {
    try (Temporaries t = new Temporaries()) {
      INDArray d = matrix(dY);
      INDArray normal = t.own(matrix(x).subColumnVector(column(mean)));
      normal.muliColumnVector(column(rstd));
      INDArray dNormal = t.own(d.mul(normal));
      row(dGain).addi(t.own(dNormal.sum(true, 0)));
      if (dBias != null) {
        row(dBias).addi(t.own(d.sum(true, 0)));
      }
      INDArray g = t.own(d.mulRowVector(row(gain)));
      INDArray meanG = t.own(g.mean(true, 1));
      INDArray gn = t.own(g.mul(normal));
      INDArray meanGn = t.own(gn.mean(true, 1));
      g.subiColumnVector(meanG).subi(normal.muliColumnVector(meanGn));
      write(matrix(dX), accumulate, g.muliColumnVector(column(rstd)));
    }
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    // Random numbers are drawn by the host, the same for every engine, and handed over in one
    // array.
    float[] kept = new float[Math.toIntExact(x.size())];
    for (int i = 0; i < kept.length; i++) {
      double uniform = (CounterRandom.bits(key, i) >>> 11) * 0x1p-53;
      kept[i] = uniform < probability ? 0 : 1;
    }
    try (Temporaries t = new Temporaries()) {
      INDArray mask = t.own(t.own(Nd4j.createFromArray(kept)).castTo(x.dtype().nd4j()));
      INDArray factors = mask.reshape(1, kept.length).muli(1 / (1 - probability));
      write(row(y), accumulate, factors.muli(row(x)));
    }
  }

  private Attention attention(Tensor y, int numHeads) {
    int time = y.dim(1);
    return new Attention(causalMask(y.dtype(), time), time, numHeads, y.dim(2) / numHeads);
  }

  /** Kept from call to call. */
  private INDArray causalMask(DType dtype, int time) {
    INDArray mask = causalMask;
    if (mask == null || mask.rows() != time || mask.dataType() != dtype.nd4j()) {
      float[][] future = new float[time][time];
      for (int t = 0; t < time; t++) {
        Arrays.fill(future[t], t + 1, time, Float.NEGATIVE_INFINITY);
      }
      try (Temporaries t = new Temporaries()) {
        mask = t.own(Nd4j.createFromArray(future)).castTo(dtype.nd4j());
        if (mask.dataType() == DataType.FLOAT) {
          mask = mask.dup('c');
        }
      }
      causalMask = mask;
    }
    return mask;
  }
}
