package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.address;
import static dev.chainrule.core.kernel.vector.VectorKernels.size;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionKernels;
import dev.chainrule.core.kernel.AttentionShape;
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
            y.address(),
            logSumExp.address(),
            places(qkv, y.dim(2)),
            y.dim(0),
            attentionScratch(y.dim(1)));
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
            places(dQkv, y.dim(2)),
            accumulate,
            dY.address(),
            logSumExp.address(),
            places(qkv, y.dim(2)),
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
    int width = y.dim(2);
    int headSize = width / numHeads;
    AttentionShape shape = new AttentionShape(numHeads, numHeads, 0, 1 / Math.sqrt(headSize), 0);
    CausalAttention.Strides strides = new CausalAttention.Strides(3 * width, 3 * width, width);
    return new CausalAttention(gemm, y.dim(1), headSize, shape, strides);
  }

  /** Queries, keys and values beside each other. */
  private static CausalAttention.Places places(Tensor qkv, int width) {
    long q = qkv.address();
    return new CausalAttention.Places(q, q + 4L * width, q + 8L * width);
  }

  private long attentionScratch(int time) {
    return scratch.address(CausalAttention.scratchBytes(time));
  }
}
