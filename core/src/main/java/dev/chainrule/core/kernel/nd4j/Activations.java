package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.kernel.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The functions of {@link Activation} and concatenated ELU. */
final class Activations {
  private Activations() {}

  static void forward(INDArray y, INDArray x, Activation f) {
    y.assign(x);
    switch (f) {
      case RELU -> Transforms.relu(y, false);
      case ELU -> Transforms.elu(y, false);
    }
  }

  /** The slope of the function at x. */
  static INDArray slope(Temporaries t, INDArray x, Activation f) {
    if (f == Activation.ELU) {
      return Transforms.exp(t.own(Transforms.min(x, 0.0)), false);
    }
    INDArray positive = t.own(x.gt(0.0));
    return t.own(positive.castTo(x.dataType()));
  }

  static void concatElu(Temporaries t, INDArray y, INDArray x) {
    left(y, x.columns()).assign(t.own(Transforms.elu(x, true)));
    right(y, x.columns()).assign(Transforms.elu(t.own(x.neg()), false));
  }

  static INDArray concatEluBackward(Temporaries t, INDArray dY, INDArray x) {
    INDArray d = slope(t, x, Activation.ELU).muli(left(dY, x.columns()));
    INDArray mirrored = slope(t, t.own(x.neg()), Activation.ELU);
    return d.subi(mirrored.muli(right(dY, x.columns())));
  }

  private static INDArray left(INDArray y, int width) {
    return Views.columns(y, 0, width);
  }

  private static INDArray right(INDArray y, int width) {
    return Views.columns(y, width, 2L * width);
  }
}
