package dev.chainrule.core.kernel.nd4j;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Causal dilated convolution along time: one matrix product for each sequence and tap. */
final class CausalConvolution {
  private final Temporaries t;
  private final INDArray x;
  private final INDArray w;
  private final int dilation;
  private final int time;
  private final int taps;

  CausalConvolution(Temporaries t, INDArray x, INDArray w, int dilation) {
    this.t = t;
    this.x = x;
    this.w = w;
    this.dilation = dilation;
    this.time = (int) x.size(1);
    this.taps = (int) w.size(0);
  }

  void forward(INDArray y, @Nullable INDArray bias) {
    y.assign(0);
    for (int b = 0; b < x.size(0); b++) {
      for (int k = 0; k < taps; k++) {
        int back = (taps - 1 - k) * dilation;
        if (back < time) {
          rows(y, b, back, time)
              .addi(t.own(rows(x, b, 0, time - back).mmul(tap(w, k).transpose())));
        }
      }
      if (bias != null) {
        rows(y, b, 0, time).addiRowVector(bias);
      }
    }
  }

  void backward(
      @Nullable INDArray dX,
      boolean accumulate,
      @Nullable INDArray dW,
      @Nullable INDArray dBias,
      INDArray dY) {
    if (dX != null && !accumulate) {
      dX.assign(0);
    }
    for (int b = 0; b < x.size(0); b++) {
      for (int k = 0; k < taps; k++) {
        int back = (taps - 1 - k) * dilation;
        if (back >= time) {
          continue;
        }
        INDArray d = rows(dY, b, back, time);
        if (dX != null) {
          rows(dX, b, 0, time - back).addi(t.own(d.mmul(tap(w, k))));
        }
        if (dW != null) {
          tap(dW, k).addi(t.own(d.transpose().mmul(rows(x, b, 0, time - back))));
        }
      }
      if (dBias != null) {
        dBias.addi(t.own(rows(dY, b, 0, time).sum(true, 0)));
      }
    }
  }

  private static INDArray tap(INDArray w, int k) {
    return Views.slice(w, 0, k);
  }

  /** Places {@code from} to {@code to} of sequence b, as a matrix. */
  private static INDArray rows(INDArray x, int b, int from, int to) {
    return Views.rows(Views.slice(x, 0, b), from, to);
  }
}
