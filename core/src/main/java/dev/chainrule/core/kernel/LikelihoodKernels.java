package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Likelihoods of real numbers. A network has few of them beside its products, so that one scalar
 * loop in double precision serves every engine whose memory is the processor's.
 */
public interface LikelihoodKernels {
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
  default void likelihood(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family) {
    int width = family.numParameters();
    long share = targets.size() / Math.max(1, scales.size());
    for (long n = 0; n < targets.size(); n++) {
      double target = targets.get(n);
      boolean missing = Double.isNaN(target);
      if (missing || !family.isDistribution(raw, n * width)) {
        nll.set(n, missing ? 0 : Double.NaN);
        for (int i = 0; i < width; i++) {
          slopes.set(n * width + i, 0);
        }
      } else {
        nll.set(n, family.nll(raw, n * width, target, scales.get(n / share), slopes));
      }
    }
  }

  /**
   * Backward of {@link #likelihood}.
   *
   * @param dNll [N]
   */
  default void likelihoodBackward(Tensor dRaw, boolean accumulate, Tensor dNll, Tensor slopes) {
    long width = slopes.size() / Math.max(1, dNll.size());
    for (long n = 0; n < dNll.size(); n++) {
      double d = dNll.get(n);
      for (long i = n * width; i < (n + 1) * width; i++) {
        double value = d * slopes.get(i);
        dRaw.set(i, accumulate ? dRaw.get(i) + value : value);
      }
    }
  }
}
