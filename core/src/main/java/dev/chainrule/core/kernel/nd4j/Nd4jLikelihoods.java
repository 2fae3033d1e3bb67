package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.column;
import static dev.chainrule.core.kernel.nd4j.Views.matrix;
import static dev.chainrule.core.kernel.nd4j.Views.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.ScalarLikelihood;
import dev.chainrule.core.kernel.reference.ReferenceLikelihoods;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Likelihoods: of classes by ND4J, all others in double precision as the reference has them, which
 * here is what is wanted, not a stand-in.
 */
final class Nd4jLikelihoods implements LikelihoodKernels {
  private final LikelihoodKernels doubles = new ReferenceLikelihoods();

  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    CrossEntropy.forward(nll, column(logSumExp), matrix(logits), targets);
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    try (Temporaries t = new Temporaries()) {
      INDArray d =
          CrossEntropy.backward(t, column(dNll), column(logSumExp), matrix(logits), targets);
      write(matrix(dLogits), accumulate, d);
    }
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
