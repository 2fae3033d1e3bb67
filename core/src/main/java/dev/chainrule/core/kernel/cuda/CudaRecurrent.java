package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.RecurrentKernels;
import dev.chainrule.core.kernel.Sweep;
import org.jspecify.annotations.Nullable;

/** Recurrent layers. */
record CudaRecurrent(Recurrent recurrent, Pointwise pointwise) implements RecurrentKernels {
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
    recurrent.lstm(h, c, gates, x, wx, wh, bias, h0, c0);
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
    recurrent.lstmBackward(dX, accumulate, dWx, dWh, dBias, dH, h, c, gates, x, wx, wh, h0, c0);
  }

  @Override
  public void gru(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    recurrent.gru(h, gates, x, wx, wh, bias, h0);
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
    recurrent.gruBackward(dX, accumulate, dWx, dWh, dBias, dH, h, gates, x, wx, wh, h0, scratch);
  }

  @Override
  public void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    recurrent.gridLstm(h, c, gates, x, w, sweep);
  }

  @Override
  public void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    recurrent.gridLstmBackward(dW, dH, h, c, gates, w, sweep);
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    pointwise.swapAxes(y, accumulate, x);
  }
}
