package dev.chainrule.core.autograd;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;

/**
 * The differentiable likelihood of {@link
 * dev.chainrule.core.kernel.LikelihoodKernels#logisticMixture}.
 */
public final class LogisticMixtureOps {
  private LogisticMixtureOps() {}

  /**
   * Negative log-likelihood of targets under discretised mixtures of logistics, in nats.
   *
   * @param parameters [..., 3M]: mixture logits, means, log-scales
   * @param targets int32 of N elements below {@code levels}; a negative one is not observed
   * @param levels number of values, spread evenly over [-1, 1]
   * @param minLogScale log-scales below it count as it
   * @return [N]
   */
  public static Variable logisticMixture(
      Tape tape, Variable parameters, Tensor targets, int levels, double minLogScale) {
    Tensor p = parameters.value();
    int rows = p.rows();
    if (targets.dtype() != DType.INT32 || targets.size() != rows || p.dim(-1) % 3 != 0) {
      throw new IllegalArgumentException(
          "logisticMixture of parameters %s and targets %s, expected rows of 3M and int32 of %d elements"
              .formatted(p, targets, rows));
    }
    Tensor on = tape.upload(targets);
    Variable nll = tape.variable(parameters.needsGradient(), rows);
    tape.kernels().likelihoods().logisticMixture(nll.value(), p, on, levels, minLogScale);
    tape.record(
        "logisticMixture",
        nll,
        parameters,
        () -> {
          boolean accumulate = parameters.gradientStarted();
          Tensor dParameters = tape.gradient(parameters);
          tape.kernels()
              .likelihoods()
              .logisticMixtureBackward(
                  dParameters, accumulate, tape.gradient(nll), p, on, levels, minLogScale);
        });
    return nll;
  }
}
