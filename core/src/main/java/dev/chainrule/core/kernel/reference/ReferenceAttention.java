package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionKernels;
import org.jspecify.annotations.Nullable;

/** Attention, layer normalisation and dropout in plain loops. */
final class ReferenceAttention implements AttentionKernels {
  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    new Attention(y, numHeads).forward(y, logSumExp, qkv);
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
    new Attention(y, numHeads).backward(dQkv, accumulate, dY, y, logSumExp, qkv);
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
    LayerNorm.forward(y, mean, rstd, x, gain, bias, epsilon);
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
    LayerNorm.backwardParameters(dGain, dBias, dY, mean, rstd, x);
    LayerNorm.backward(dX, accumulate, dY, mean, rstd, x, gain);
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    for (long i = 0; i < y.size(); i++) {
      double uniform = (CounterRandom.bits(key, i) >>> 11) * 0x1p-53;
      write(y, accumulate, i, uniform < probability ? 0 : x.get(i) / (1 - probability));
    }
  }
}
