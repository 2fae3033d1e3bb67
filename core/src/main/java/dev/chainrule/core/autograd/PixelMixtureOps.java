package dev.chainrule.core.autograd;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;

/**
 * The differentiable likelihood of {@link
 * dev.chainrule.core.kernel.LikelihoodKernels#pixelMixture}.
 */
public final class PixelMixtureOps {
  private PixelMixtureOps() {}

  /**
   * The conditional of each of a pixel's three values given those before it; not differentiable.
   *
   * @param parameters [..., 10M], N rows
   * @param targets int32 of 3N elements below {@code levels}
   * @return [3N, 3M]: mixture logits, means, log-scales
   */
  public static Variable conditionals(
      Tape tape, Variable parameters, Tensor targets, int levels, double minLogScale) {
    Tensor p = parameters.value();
    require(p, targets);
    Tensor on = tape.upload(targets);
    Variable y = tape.variable(false, 3 * p.rows(), 3 * p.dim(-1) / 10);
    tape.kernels().likelihoods().pixelMixtureConditionals(y.value(), p, on, levels, minLogScale);
    return y;
  }

  /**
   * Negative log-likelihoods of pixels of three values, in nats.
   *
   * @param parameters [..., 10M], N rows: mixture logits, then for each channel means, log-scales,
   *     coefficients
   * @param targets int32 of 3N elements below {@code levels}
   * @param levels number of values, spread evenly over [-1, 1]
   * @param minLogScale log-scales below it count as it
   * @return [3N]
   */
  public static Variable nll(
      Tape tape, Variable parameters, Tensor targets, int levels, double minLogScale) {
    Tensor p = parameters.value();
    require(p, targets);
    Tensor on = tape.upload(targets);
    Variable nll = tape.variable(parameters.needsGradient(), 3 * p.rows());
    tape.kernels().likelihoods().pixelMixture(nll.value(), p, on, levels, minLogScale);
    tape.record(
        "pixelMixture",
        nll,
        parameters,
        () -> {
          boolean accumulate = parameters.gradientStarted();
          Tensor dParameters = tape.gradient(parameters);
          tape.kernels()
              .likelihoods()
              .pixelMixtureBackward(
                  dParameters, accumulate, tape.gradient(nll), p, on, levels, minLogScale);
        });
    return nll;
  }

  private static void require(Tensor parameters, Tensor targets) {
    boolean fits =
        targets.dtype() == DType.INT32
            && targets.size() == 3L * parameters.rows()
            && parameters.dim(-1) % 10 == 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "mixture of pixels: parameters %s and targets %s, expected rows of 10M and int32 of %d elements"
              .formatted(parameters, targets, 3 * parameters.rows()));
    }
  }
}
