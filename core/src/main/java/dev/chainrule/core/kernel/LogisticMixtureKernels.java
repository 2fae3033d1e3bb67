package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Likelihoods of discretised mixtures of logistics; see {@link LogisticMixtureRow}, by which all
 * engines with memory of the host compute them in double precision.
 */
public interface LogisticMixtureKernels {
  /**
   * {@code nll[n] = -log P(targets[n])} in nats; zero where the target is negative (not observed).
   *
   * @param nll [N]
   * @param parameters [N, 3M]: mixture logits, means, log-scales
   * @param targets [N] int32, below {@code levels}
   * @param levels number of values Q, spread evenly over [-1, 1]
   * @param minLogScale log-scales below it count as it
   */
  default void logisticMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    int width = parameters.dim(-1);
    LogisticMixtureRow row = new LogisticMixtureRow(width / 3, levels, minLogScale);
    for (int n = 0; n < targets.size(); n++) {
      int target = targets.getInt(n);
      if (target < 0) {
        nll.set(n, 0);
        continue;
      }
      for (int i = 0; i < width; i++) {
        row.parameters[i] = parameters.get((long) n * width + i);
      }
      nll.set(n, -row.logProb(target));
    }
  }

  /**
   * Backward of {@link #logisticMixture}.
   *
   * @param dNll [N]
   */
  default void logisticMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    int width = parameters.dim(-1);
    LogisticMixtureRow row = new LogisticMixtureRow(width / 3, levels, minLogScale);
    for (int n = 0; n < targets.size(); n++) {
      int target = targets.getInt(n);
      for (int i = 0; i < width; i++) {
        row.parameters[i] = parameters.get((long) n * width + i);
      }
      if (target >= 0) {
        row.gradient(target);
      }
      for (int i = 0; i < width; i++) {
        long at = (long) n * width + i;
        double d = target < 0 ? 0 : dNll.get(n) * row.gradient[i];
        dParameters.set(at, accumulate ? dParameters.get(at) + d : d);
      }
    }
  }
}
