package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.ScalarLikelihood;
import dev.chainrule.core.kernel.reference.StandIn;

/**
 * Likelihoods. Those of real numbers have many families and few numbers: the host computes them, by
 * one copy there and one back.
 */
record CudaLikelihoods(Mixtures mixtures, Pointwise pointwise, StandIn standIn)
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
    Tensor hostNll = Tensor.zeros(DType.FLOAT32, nll.shape());
    Tensor hostSlopes = Tensor.zeros(DType.FLOAT32, slopes.shape());
    standIn
        .of("likelihoods of real numbers")
        .likelihoods()
        .likelihood(hostNll, hostSlopes, raw.host(), targets.host(), scales.host(), family);
    nll.copyFrom(hostNll);
    slopes.copyFrom(hostSlopes);
  }

  @Override
  public void likelihoodBackward(Tensor dRaw, boolean accumulate, Tensor dNll, Tensor slopes) {
    pointwise.scaleRows(dRaw, accumulate, dNll, slopes);
  }
}
