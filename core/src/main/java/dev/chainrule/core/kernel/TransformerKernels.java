package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** What transformers since LLaMA are made of beside linear maps; see {@link Kernels}. */
public interface TransformerKernels {
  /**
   * Normalisation by the root of the mean square (Zhang and Sennrich 2019), of groups of C
   * dimensions: {@code y = gain x / sqrt(mean(x^2) + epsilon)}.
   *
   * @param y [N, G * C]
   * @param rootInverse [N, G], one over the root, saved
   * @param x [N, G * C]
   * @param gain [C]
   */
  void rmsNorm(Tensor y, Tensor rootInverse, Tensor x, Tensor gain, double epsilon);

  /** Backward of {@link #rmsNorm}. */
  void rmsNormBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dGain,
      Tensor dY,
      Tensor rootInverse,
      Tensor x,
      Tensor gain);

  /**
   * Rotates every head by the angles of its position (Su et al. 2021): of each head, dimension i
   * below HS/2 and dimension i + HS/2 are a point that turns, {@code (a, b)} becoming {@code (a cos
   * - b sin, b cos + a sin)}.
   *
   * @param y [B, T, NH * HS], may be x
   * @param x [B, T, NH * HS]
   * @param cos [at least T, HS/2]
   * @param sin [at least T, HS/2]
   * @param inverse whether to turn back, which is the backward pass
   */
  void rotary(Tensor y, boolean accumulate, Tensor x, Tensor cos, Tensor sin, boolean inverse);

  /**
   * Causal self-attention in which groups of heads share keys and values (Ainslie et al. 2023).
   *
   * @param y [B, T, NH * HS]
   * @param logSumExp [B, NH, T], saved
   * @param q [B, T, NH * HS]
   * @param k [B, T, NKV * HS]
   * @param v [B, T, NKV * HS]
   */
  void groupedAttention(
      Tensor y, Tensor logSumExp, Tensor q, Tensor k, Tensor v, AttentionShape shape);

  /**
   * Backward of {@link #groupedAttention}; the probabilities are computed again.
   *
   * @param dK may be dV where both are accumulated
   */
  void groupedAttentionBackward(
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
      AttentionShape shape);

  /** A gated unit (Shazeer 2020): {@code y = f(gate) up}, or without up {@code f(gate)}. */
  void gatedUnit(Tensor y, Tensor gate, @Nullable Tensor up, GateFunction f);

  /**
   * Backward of {@link #gatedUnit}.
   *
   * @param dGate may be dY
   * @param dUp may be dGate where both are accumulated
   */
  void gatedUnitBackward(
      @Nullable Tensor dGate,
      boolean accumulate,
      @Nullable Tensor dUp,
      boolean accumulateUp,
      Tensor dY,
      Tensor gate,
      @Nullable Tensor up,
      GateFunction f);

  /** {@code y = cap tanh(x / cap)} (Gemma Team 2024); y may be x. */
  void softCap(Tensor y, Tensor x, double cap);

  /** Backward of {@link #softCap}, from its output; dX may be dY. */
  void softCapBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor y, double cap);
}
