package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.kernel.AdamWStep;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A step of AdamW; see {@link dev.chainrule.core.kernel.ArrayKernels#adamW}. */
final class AdamW {
  private AdamW() {}

  static void update(
      INDArray parameters, INDArray gradients, INDArray m, INDArray v, AdamWStep step) {
    try (Temporaries t = new Temporaries()) {
      INDArray g = t.own(gradients.mul(step.gradientScale()));
      v.muli(step.beta2()).addi(t.own(g.mul(g)).muli(1 - step.beta2()));
      m.muli(step.beta1()).addi(g.muli(1 - step.beta1()));
      INDArray scale = t.own(Transforms.sqrt(v)).muli(step.vScale()).addi(step.epsilon());
      INDArray direction = t.own(m.div(scale)).muli(step.stepSize());
      parameters.muli(1 - step.decay()).subi(direction);
    }
  }
}
