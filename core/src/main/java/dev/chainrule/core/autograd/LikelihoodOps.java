package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ScalarLikelihood;

/** Differentiable likelihoods of real numbers. */
public final class LikelihoodOps {
  private LikelihoodOps() {}

  /**
   * Negative log-likelihoods in nats; zero where the target is NaN (missing).
   *
   * @param raw the network's outputs [..., P]
   * @param targets N numbers
   * @param scales [S], N a multiple of S: target n has scale n / (N / S)
   * @return [N]
   */
  public static Variable nll(
      Tape tape, Variable raw, Tensor targets, Tensor scales, ScalarLikelihood family) {
    int rows = raw.value().rows();
    boolean fits =
        raw.value().dim(-1) == family.numParameters()
            && targets.size() == rows
            && scales.size() > 0
            && rows % scales.size() == 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "likelihood of %d parameters: outputs %s, targets %s and scales %s do not fit"
              .formatted(family.numParameters(), raw, targets, scales));
    }
    Tensor on = tape.upload(targets);
    Tensor scaled = tape.upload(scales);
    Variable nll = tape.variable(raw.needsGradient(), rows);
    Tensor slopes = tape.variable(false, raw.value().shape()).value();
    tape.kernels().likelihoods().likelihood(nll.value(), slopes, raw.value(), on, scaled, family);
    tape.record(
        "likelihood",
        nll,
        raw,
        () -> {
          boolean accumulate = raw.gradientStarted();
          Tensor dRaw = tape.gradient(raw);
          tape.kernels()
              .likelihoods()
              .likelihoodBackward(dRaw, accumulate, tape.gradient(nll), slopes);
        });
    return nll;
  }
}
