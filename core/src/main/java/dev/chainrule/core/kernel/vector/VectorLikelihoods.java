package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.ScalarLikelihood;
import dev.chainrule.core.kernel.reference.ReferenceLikelihoods;

/**
 * Likelihoods: of classes by vectors, all others in double precision as the reference has them,
 * which here is what is wanted, not a stand-in.
 */
final class VectorLikelihoods implements LikelihoodKernels {
  private final LikelihoodKernels doubles = new ReferenceLikelihoods();

  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    Softmax.crossEntropy(
        nll.address(),
        logSumExp.address(),
        logits.address(),
        targets.address(),
        logits.rows(),
        logits.dim(-1));
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    Softmax.crossEntropyBackward(
        dLogits.address(),
        accumulate,
        dNll.address(),
        logSumExp.address(),
        logits.address(),
        targets.address(),
        logits.rows(),
        logits.dim(-1));
  }

  @Override
  public void logisticMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    doubles.logisticMixture(nll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void logisticMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    doubles.logisticMixtureBackward(
        dParameters, accumulate, dNll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixtureConditionals(
      Tensor conditionals, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    doubles.pixelMixtureConditionals(conditionals, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    doubles.pixelMixture(nll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    doubles.pixelMixtureBackward(
        dParameters, accumulate, dNll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void likelihood(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family) {
    doubles.likelihood(nll, slopes, raw, targets, scales, family);
  }

  @Override
  public void likelihoodBackward(Tensor dRaw, boolean accumulate, Tensor dNll, Tensor slopes) {
    doubles.likelihoodBackward(dRaw, accumulate, dNll, slopes);
  }
}
