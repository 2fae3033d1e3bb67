package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionKernels;
import org.jspecify.annotations.Nullable;

/** Attention, layer normalisation and dropout. */
record CudaAttention(Attention attention, Rows rows, Pointwise pointwise)
    implements AttentionKernels {
  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    attention.forward(y, logSumExp, qkv, numHeads);
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
    attention.backward(dQkv, accumulate, dY, y, logSumExp, qkv, numHeads);
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
    rows.layerNorm(y, mean, rstd, x, gain, bias, epsilon);
  }

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
    rows.layerNormBackward(dX, accumulate, dGain, dBias, dY, mean, rstd, x, gain);
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    pointwise.dropout(y, accumulate, x, probability, key);
  }
}
