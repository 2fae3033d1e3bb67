package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operations an engine executes. An instance is used by one thread at a time and may keep
 * scratch memory; instances are independent of each other. Shapes are checked by the tape.
 *
 * <p>{@link dev.chainrule.core.kernel.reference.ReferenceKernels} is the definition of every
 * operation; the other engines are tested against it.
 */
public interface Kernels
    extends ActivationKernels,
        ConvolutionKernels,
        Conv2dKernels,
        ElementwiseKernels,
        GridLstmKernels,
        RecurrentKernels,
        GruKernels,
        LogisticMixtureKernels,
        PixelMixtureKernels,
        GatedLinearKernels,
        WeightNormKernels,
        LikelihoodKernels {
  /** The engine's name, as {@code --engine} takes it. */
  String name();

  /** The operations of incremental evaluation. */
  StepKernels steps();

  /** {@code y = x}. */
  void copy(Tensor y, Tensor x);

  /** {@code x = value} everywhere. */
  void fill(Tensor x, double value);

  /** {@code y += alpha * x}. */
  void addScaled(Tensor y, Tensor x, double alpha);

  /** {@code y = a + b}; y may be a. */
  void add(Tensor y, Tensor a, Tensor b);

  /** The sum of all elements. */
  double sum(Tensor x);

  /** The sum of squares of all elements. */
  double squaredNorm(Tensor x);

  /**
   * {@code y = x w^T + bias + residual}.
   *
   * @param y [N, O]
   * @param x [N, I]
   * @param w [O, I]
   * @param bias [O]
   * @param residual [N, O]; may be y
   */
  void linear(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual);

  /** Backward of {@link #linear} but for the residual, whose gradient is {@code dY} itself. */
  void linearBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w);

  /**
   * {@code y[n] = table[ids[n]]}.
   *
   * @param y [N, C]
   * @param ids [N] int32, from 0 (inclusive) to V (exclusive)
   * @param table [V, C]
   */
  void embedding(Tensor y, Tensor ids, Tensor table);

  /** Backward of {@link #embedding}. */
  void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids);

  /**
   * {@code y[n] = x[n] + rows[n mod R]}: positions with R = T, a bias with R = 1.
   *
   * @param y [N, C]; may be x
   * @param x [N, C]
   * @param rows [R, C], N a multiple of R
   */
  void addRows(Tensor y, Tensor x, Tensor rows);

  /** Backward of {@link #addRows} for the rows; the gradient of x is {@code dY} itself. */
  void addRowsBackward(Tensor dRows, Tensor dY);

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
   * The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016, as GPT-2 has it):
   * {@code y = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}.
   */
  void gelu(Tensor y, Tensor x);

  /** Backward of {@link #gelu}; dX may be dY. */
  void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x);

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
   * Inverted dropout: element i is zero with the given probability, else divided by one minus it.
   * Which ones is a pure function of key and i ({@link
   * dev.chainrule.base.random.CounterRandom#bits}), so the backward pass is the same call on the
   * gradients.
   *
   * @param y may be x
   * @param probability of a zero, at least 0 and less than 1
   */
  void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key);

  /**
   * Softmax and negative log-likelihood in one: {@code nll[n] = logsumexp(logits[n]) - logits[n,
   * targets[n]]} nats; zero where the target is negative (not observed).
   *
   * @param nll [N]
   * @param logSumExp [N], saved
   * @param logits [N, V]
   * @param targets [N] int32
   */
  void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets);

  /**
   * Backward of {@link #crossEntropy}.
   *
   * @param dNll [N]
   */
  void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets);

  /** One step of AdamW on a range of parameters; see {@link AdamWStep}. */
  void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step);
}
