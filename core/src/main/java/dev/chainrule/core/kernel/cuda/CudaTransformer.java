package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.TransformerKernels;
import org.jspecify.annotations.Nullable;

/** What transformers since LLaMA have. */
record CudaTransformer(Transformers transformers, Attention attention)
    implements TransformerKernels {
  @Override
  public void rmsNorm(Tensor y, Tensor rootInverse, Tensor x, Tensor gain, double epsilon) {
    transformers.rmsNorm(y, rootInverse, x, gain, epsilon);
  }

  @Override
  public void rmsNormBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dGain,
      Tensor dY,
      Tensor rootInverse,
      Tensor x,
      Tensor gain) {
    transformers.rmsNormBackward(dX, accumulate, dGain, dY, rootInverse, x, gain);
  }

  @Override
  public void rotary(
      Tensor y, boolean accumulate, Tensor x, Tensor cos, Tensor sin, boolean inverse) {
    transformers.rotary(y, accumulate, x, cos, sin, inverse);
  }

  @Override
  public void groupedAttention(
      Tensor y, Tensor logSumExp, Tensor q, Tensor k, Tensor v, AttentionShape shape) {
    attention.grouped(y, logSumExp, q, k, v, shape);
  }

  @Override
  public void groupedAttentionBackward(
      @Nullable Tensor dQ,
      @Nullable Tensor dK,
      @Nullable Tensor dV,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionShape shape) {
    attention.groupedBackward(dQ, dK, dV, accumulate, dY, y, logSumExp, q, k, v, shape);
  }

  @Override
  public void gatedUnit(Tensor y, Tensor gate, @Nullable Tensor up, GateFunction f) {
    transformers.gatedUnit(y, gate, up, f);
  }

  @Override
  public void gatedUnitBackward(
      @Nullable Tensor dGate,
      boolean accumulate,
      @Nullable Tensor dUp,
      boolean accumulateUp,
      Tensor dY,
      Tensor gate,
      @Nullable Tensor up,
      GateFunction f) {
    transformers.gatedUnitBackward(dGate, accumulate, dUp, accumulateUp, dY, gate, up, f);
  }

  @Override
  public void softCap(Tensor y, Tensor x, double cap) {
    transformers.softCap(y, x, cap);
  }

  @Override
  public void softCapBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor y, double cap) {
    transformers.softCapBackward(dX, accumulate, dY, y, cap);
  }
}
