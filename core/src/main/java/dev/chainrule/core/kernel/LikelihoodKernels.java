package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Likelihoods of mixtures ({@link LogisticMixtureRow}, {@link PixelMixtureRow}) and of real
 * numbers, in nats; see {@link Kernels}. A network has few of them beside its products, so that the
 * reference's loops in double precision serve every engine whose memory is the processor's.
 */
public interface LikelihoodKernels {
  /**
   * {@code nll[n] = -log P(targets[n])} in nats; zero where the target is negative (not observed).
   *
   * @param nll [N]
   * @param parameters [N, 3M]: mixture logits, means, log-scales
   * @param targets [N] int32, below {@code levels}
   * @param levels number of values Q, spread evenly over [-1, 1]
   * @param minLogScale log-scales below it count as it
   */
  void logisticMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale);

  /**
   * Backward of {@link #logisticMixture}.
   *
   * @param dNll [N]
   */
  void logisticMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale);

  /**
   * The conditional of each value: mixture logits, means and log-scales of {@link
   * #logisticMixture}.
   *
   * @param conditionals [3N, 3M]
   * @param parameters [N, 10M]
   * @param targets [3N] int32, below {@code levels}
   * @param levels number of values Q, spread evenly over [-1, 1]
   * @param minLogScale log-scales below it count as it
   */
  void pixelMixtureConditionals(
      Tensor conditionals, Tensor parameters, Tensor targets, int levels, double minLogScale);

  /**
   * {@code nll[n] = -ln P(targets[n])} given the pixel's values before, in nats.
   *
   * @param nll [3N]
   */
  void pixelMixture(Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale);

  /**
   * Backward of {@link #pixelMixture}.
   *
   * @param dNll [3N]
   */
  void pixelMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale);

  /**
   * Negative log-likelihoods in nats; zero, with slopes of zero, where the target is NaN (missing),
   * and NaN where the outputs are those of a diverged network.
   *
   * @param nll [N]
   * @param slopes [N, P], saved
   * @param raw [N, P]
   * @param targets [N]
   * @param scales [S], N a multiple of S: target n has scale n / (N / S)
   */
  void likelihood(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family);

  /**
   * Backward of {@link #likelihood}.
   *
   * @param dNll [N]
   */
  void likelihoodBackward(Tensor dRaw, boolean accumulate, Tensor dNll, Tensor slopes);
}
