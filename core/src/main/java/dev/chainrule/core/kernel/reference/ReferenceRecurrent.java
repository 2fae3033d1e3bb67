package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LinearKernels;
import dev.chainrule.core.kernel.RecurrentKernels;
import dev.chainrule.core.kernel.Sweep;
import org.jspecify.annotations.Nullable;

/** Recurrent layers, step by step. */
final class ReferenceRecurrent implements RecurrentKernels {
  private final LinearKernels linear = new ReferenceLinear();

  @Override
  public void lstm(
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      Tensor bias,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    new Lstm(h, x).forward(h, c, gates, x, wx, wh, bias, h0, c0);
  }

  @Override
  public void lstmBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    Lstm layer = new Lstm(h, x);
    layer.backwardGates(dH, c, gates, wh, c0);
    linear.linearBackward(dX, accumulate, dWx, dBias, gates, x, wx);
    layer.backwardRecurrentWeight(dWh, h, gates, h0);
  }

  @Override
  public void gru(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    Gru.forward(h, gates, x, wx, wh, bias, h0);
  }

  @Override
  public void gruBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      Tensor scratch) {
    Gru.backward(dX, accumulate, dWx, dWh, dBias, dH, h, gates, x, wx, wh, h0, scratch);
  }

  @Override
  public void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    new GridLstm(h, sweep).forward(h, c, gates, x, w);
  }

  @Override
  public void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    new GridLstm(h, sweep).backward(dW, dH, h, c, gates, w);
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    int width = x.dim(2);
    for (int i = 0; i < x.dim(0); i++) {
      for (int j = 0; j < x.dim(1); j++) {
        for (int k = 0; k < width; k++) {
          double value = x.get(((long) i * x.dim(1) + j) * width + k);
          write(y, accumulate, ((long) j * x.dim(0) + i) * width + k, value);
        }
      }
    }
  }
}
