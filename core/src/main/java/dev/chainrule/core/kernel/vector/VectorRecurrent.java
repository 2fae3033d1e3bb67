package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.address;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.RecurrentKernels;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.blas.Gemm;
import org.jspecify.annotations.Nullable;

/** Recurrent layers. */
final class VectorRecurrent implements RecurrentKernels {
  private final Gemm gemm;
  private final Scratch scratch;

  VectorRecurrent(Gemm gemm, Scratch scratch) {
    this.gemm = gemm;
    this.scratch = scratch;
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
    Lstm layer = lstm(h, x);
    layer.forward(arrays(layer, h, c, gates, x, wx, wh, h0, c0), bias.address());
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
    Lstm layer = lstm(h, x);
    layer.backward(
        new Lstm.Gradients(address(dX), accumulate, dWx.address(), dWh.address(), dBias.address()),
        dH.address(),
        arrays(layer, h, c, gates, x, wx, wh, h0, c0));
  }

  @Override
  public void gru(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    layer(h, x).forward(arrays(h, gates, x, wx, wh, h0), bias.address());
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
    layer(h, x)
        .backward(
            new Gru.Gradients(
                address(dX), accumulate, dWx.address(), dWh.address(), dBias.address()),
            dH.address(),
            arrays(h, gates, x, wx, wh, h0),
            scratch.address());
  }

  @Override
  public void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    GridLstm layer = new GridLstm(gemm, sweep, h.dim(1), h.dim(2));
    long memory = scratch.address(layer.scratchBytes());
    layer.forward(h.address(), c.address(), gates.address(), x.address(), w.address(), memory);
  }

  @Override
  public void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    GridLstm layer = new GridLstm(gemm, sweep, h.dim(1), h.dim(2));
    long memory = scratch.address(layer.scratchBytes());
    long to = dW.address();
    layer.backward(
        to, dH.address(), h.address(), c.address(), gates.address(), w.address(), memory);
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    int width = x.dim(2);
    for (int i = 0; i < x.dim(0); i++) {
      for (int j = 0; j < x.dim(1); j++) {
        long from = x.address() + 4L * width * ((long) i * x.dim(1) + j);
        long to = y.address() + 4L * width * ((long) j * x.dim(0) + i);
        if (accumulate) {
          Elementwise.add(to, to, from, width);
        } else {
          Linear.copy(to, from, width);
        }
      }
    }
  }

  private Lstm lstm(Tensor h, Tensor x) {
    return new Lstm(gemm, h.dim(0), h.dim(1), x.dim(2), h.dim(2));
  }

  private Lstm.Arrays arrays(
      Lstm layer,
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    return new Lstm.Arrays(
        h.address(),
        c.address(),
        gates.address(),
        x.address(),
        wx.address(),
        wh.address(),
        address(h0),
        address(c0),
        scratch.address(layer.scratchBytes()));
  }

  private Gru layer(Tensor h, Tensor x) {
    return new Gru(gemm, h.dim(0), h.dim(1), x.dim(2), h.dim(2));
  }

  private static Gru.Arrays arrays(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, @Nullable Tensor h0) {
    return new Gru.Arrays(
        h.address(), gates.address(), x.address(), wx.address(), wh.address(), address(h0));
  }
}
