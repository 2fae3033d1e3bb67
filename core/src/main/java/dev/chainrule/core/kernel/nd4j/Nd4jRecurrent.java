package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.matrix;
import static dev.chainrule.core.kernel.nd4j.Views.matrixOrNull;
import static dev.chainrule.core.kernel.nd4j.Views.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.LinearKernels;
import dev.chainrule.core.kernel.RecurrentKernels;
import dev.chainrule.core.kernel.Sweep;
import org.jspecify.annotations.Nullable;

/** Recurrent layers. */
final class Nd4jRecurrent implements RecurrentKernels {
  private final LinearKernels linear;

  Nd4jRecurrent(LinearKernels linear) {
    this.linear = linear;
  }

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
    linear.linear(gates, x, wx, bias, null);
    Lstm.of(h)
        .forward(
            matrix(h), matrix(c), matrix(gates), wh.ndarray(), matrixOrNull(h0), matrixOrNull(c0));
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
    Lstm layer = Lstm.of(h);
    layer.backwardGates(matrix(dH), matrix(c), matrix(gates), wh.ndarray(), matrixOrNull(c0));
    linear.linearBackward(dX, accumulate, dWx, dBias, gates, x, wx);
    layer.backwardRecurrentWeight(dWh.ndarray(), matrix(h), matrix(gates), matrixOrNull(h0));
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
    GridLstm.forward(h, c, gates, x, w, sweep);
  }

  @Override
  public void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    GridLstm.backward(dW, dH, h, c, gates, w, sweep);
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    write(y.ndarray(), accumulate, x.ndarray().permute(1, 0, 2));
  }
}
