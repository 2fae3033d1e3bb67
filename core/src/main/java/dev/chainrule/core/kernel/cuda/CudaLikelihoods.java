package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.ScalarLikelihood;

/** Likelihoods. */
record CudaLikelihoods(Mixtures mixtures, Densities densities, Pointwise pointwise)
    implements LikelihoodKernels {
  @Override
  public void logisticMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    mixtures.logistic(nll, parameters, targets, levels, minLogScale);
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
    mixtures.logisticBackward(
        dParameters, accumulate, dNll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixtureConditionals(
      Tensor conditionals, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    mixtures.pixelConditionals(conditionals, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    mixtures.pixel(nll, parameters, targets, levels, minLogScale);
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
    mixtures.pixelBackward(dParameters, accumulate, dNll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void likelihood(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family) {
    densities.likelihood(nll, slopes, raw, targets, scales, family);
  }

  @Override
  public void likelihoodBackward(Tensor dRaw, boolean accumulate, Tensor dNll, Tensor slopes) {
    pointwise.scaleRows(dRaw, accumulate, dNll, slopes);
  }
}
