package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.column;
import static dev.chainrule.core.kernel.nd4j.Views.flat;
import static dev.chainrule.core.kernel.nd4j.Views.matrix;
import static dev.chainrule.core.kernel.nd4j.Views.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.SoftmaxKernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Likelihoods of classes by ND4J's operations. */
final class Nd4jSoftmax implements SoftmaxKernels {
  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    CrossEntropy.forward(column(nll), column(logSumExp), matrix(logits), flat(targets));
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
          CrossEntropy.backward(t, column(dNll), column(logSumExp), matrix(logits), flat(targets));
      write(matrix(dLogits), accumulate, d);
    }
  }
}
