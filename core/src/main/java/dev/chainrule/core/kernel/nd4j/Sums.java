package dev.chainrule.core.kernel.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums over all elements, in double: in float32 they would lose digits. */
final class Sums {
  private Sums() {}

  static double sum(INDArray x) {
    try (Temporaries t = new Temporaries()) {
      return wide(t, x).sumNumber().doubleValue();
    }
  }

  static double squaredNorm(INDArray x) {
    try (Temporaries t = new Temporaries()) {
      INDArray wide = wide(t, x);
      return wide.muli(wide).sumNumber().doubleValue();
    }
  }

  private static INDArray wide(Temporaries t, INDArray x) {
    return t.own(t.own(x.dup('c')).castTo(DataType.DOUBLE));
  }
}
