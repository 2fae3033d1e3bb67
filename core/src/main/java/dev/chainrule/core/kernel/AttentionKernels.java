package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Attention, and the normalisation and dropout around it; see {@link Kernels}. */
public interface AttentionKernels {
  /**
   * Causal self-attention of all heads (Vaswani et al. 2017): position t attends to positions 0 to
   * t, with scores divided by the square root of HS.
   *
   * @param y [B, T, C], C = NH * HS
   * @param logSumExp [B, NH, T], saved
   * @param qkv [B, T, 3C]: queries, keys and values beside each other
   */
  void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads);

  /** Backward of {@link #causalAttention}; the probabilities are computed again. */
  void causalAttentionBackward(
      Tensor dQkv,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor qkv,
      int numHeads);

  /**
   * Layer normalisation over the last dimension (Ba et al. 2016).
   *
   * @param y [N, C]
   * @param mean [N], saved
   * @param rstd [N], one over the standard deviation, saved
   * @param x [N, C]
   * @param gain [C]
   * @param bias [C]
   */
  void layerNorm(
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain,
      @Nullable Tensor bias,
      double epsilon);

  /** Backward of {@link #layerNorm}. */
  void layerNormBackward(
      Tensor dX,
      boolean accumulate,
      Tensor dGain,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain);

  /**
   * Inverted dropout: element i is zero with the given probability, else divided by one minus it.
   * Which ones is a pure function of key and i ({@link
   * dev.chainrule.base.random.CounterRandom#bits}), so the backward pass is the same call on the
   * gradients.
   *
   * @param y may be x
   * @param probability of a zero, at least 0 and less than 1
   */
  void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key);
}
