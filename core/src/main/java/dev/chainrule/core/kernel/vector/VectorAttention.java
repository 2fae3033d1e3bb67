package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.address;
import static dev.chainrule.core.kernel.vector.VectorKernels.size;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionKernels;
import dev.chainrule.core.kernel.blas.Gemm;
import org.jspecify.annotations.Nullable;

/** Attention, layer normalisation and dropout. */
final class VectorAttention implements AttentionKernels {
  private final Gemm gemm;
  private final Scratch scratch;

  VectorAttention(Gemm gemm, Scratch scratch) {
    this.gemm = gemm;
    this.scratch = scratch;
  }

  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    attention(y, numHeads)
        .forward(
            y.address(), logSumExp.address(), qkv.address(), y.dim(0), attentionScratch(y.dim(1)));
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
    attention(y, numHeads)
        .backward(
            dQkv.address(),
            accumulate,
            dY.address(),
            logSumExp.address(),
            qkv.address(),
            y.dim(0),
            attentionScratch(y.dim(1)));
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
    LayerNorm.forward(
        y.address(),
        mean.address(),
        rstd.address(),
        x.address(),
        gain.address(),
        address(bias),
        x.rows(),
        x.dim(-1),
        (float) epsilon);
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
    LayerNorm.backward(
        dX.address(),
        accumulate,
        dGain.address(),
        address(dBias),
        dY.address(),
        mean.address(),
        rstd.address(),
        x.address(),
        gain.address(),
        x.rows(),
        x.dim(-1));
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    Dropout.forward(y.address(), accumulate, x.address(), probability, key, size(x));
  }

  private CausalAttention attention(Tensor y, int numHeads) {
    return new CausalAttention(gemm, y.dim(1), numHeads, y.dim(2) / numHeads);
  }

  private long attentionScratch(int time) {
    return scratch.address(CausalAttention.scratchBytes(time));
  }
}
