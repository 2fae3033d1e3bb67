package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.address;
import static dev.chainrule.core.kernel.vector.VectorKernels.size;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.TransformerKernels;
import dev.chainrule.core.kernel.blas.Gemm;
import org.jspecify.annotations.Nullable;

/** What transformers since LLaMA have. */
final class VectorTransformer implements TransformerKernels {
  private final Gemm gemm;
  private final Scratch scratch;

  VectorTransformer(Gemm gemm, Scratch scratch) {
    this.gemm = gemm;
    this.scratch = scratch;
  }

  @Override
  public void rmsNorm(Tensor y, Tensor rootInverse, Tensor x, Tensor gain, double epsilon) {
    int width = gain.dim(0);
    LayerNorm.rootMeanSquare(
        y.address(),
        rootInverse.address(),
        x.address(),
        gain.address(),
        size(x) / width,
        width,
        (float) epsilon);
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
    int width = gain.dim(0);
    // What nobody wants is added up where nobody reads.
    long gains = dGain == null ? scratch.address(4L * width) : dGain.address();
    LayerNorm.rootMeanSquareBackward(
        address(dX),
        accumulate,
        gains,
        dY.address(),
        rootInverse.address(),
        x.address(),
        gain.address(),
        size(x) / width,
        width);
  }

  @Override
  public void rotary(
      Tensor y, boolean accumulate, Tensor x, Tensor cos, Tensor sin, boolean inverse) {
    int half = cos.dim(1);
    Rotary.rotate(
        y.address(),
        accumulate,
        x.address(),
        cos.address(),
        sin.address(),
        x.rows(),
        x.dim(1),
        x.dim(2) / (2 * half),
        half,
        inverse ? -1f : 1f);
  }

  @Override
  public void groupedAttention(
      Tensor y, Tensor logSumExp, Tensor q, Tensor k, Tensor v, AttentionShape shape) {
    attention(q, k, shape)
        .forward(y.address(), logSumExp.address(), places(q, k, v), y.dim(0), room(y));
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
    attention(q, k, shape)
        .backward(
            places(dQ, dK, dV),
            accumulate,
            dY.address(),
            logSumExp.address(),
            places(q, k, v),
            y.dim(0),
            room(y));
  }

  @Override
  public void gatedUnit(Tensor y, Tensor gate, @Nullable Tensor up, GateFunction f) {
    GatedUnit.forward(y.address(), gate.address(), address(up), f, size(y));
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
    GatedUnit.backward(
        address(dGate),
        accumulate,
        address(dUp),
        accumulateUp,
        dY.address(),
        gate.address(),
        address(up),
        f,
        size(dY),
        scratch.address(GatedUnit.SCRATCH_BYTES));
  }

  @Override
  public void softCap(Tensor y, Tensor x, double cap) {
    SoftCap.forward(y.address(), 0, x.address(), (float) (1 / cap), (float) cap, size(y));
  }

  @Override
  public void softCapBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor y, double cap) {
    SoftCap.backward(dX.address(), accumulate, dY.address(), y.address(), (float) cap, size(y));
  }

  private CausalAttention attention(Tensor q, Tensor k, AttentionShape shape) {
    int headSize = q.dim(2) / shape.numHeads();
    CausalAttention.Strides strides = new CausalAttention.Strides(q.dim(2), k.dim(2), q.dim(2));
    return new CausalAttention(gemm, q.dim(1), headSize, shape, strides);
  }

  private static CausalAttention.Places places(
      @Nullable Tensor q, @Nullable Tensor k, @Nullable Tensor v) {
    return new CausalAttention.Places(address(q), address(k), address(v));
  }

  private long room(Tensor y) {
    return scratch.address(CausalAttention.scratchBytes(y.dim(1)));
  }
}
