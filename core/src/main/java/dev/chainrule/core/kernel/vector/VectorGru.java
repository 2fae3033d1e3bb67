package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GruKernels;
import dev.chainrule.core.kernel.blas.Gemm;
import org.jspecify.annotations.Nullable;

/** The gated recurrent unit of this engine. */
interface VectorGru extends GruKernels {
  @Override
  default void gru(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    layer(h, x).forward(arrays(h, gates, x, wx, wh, h0), bias.address());
  }

  @Override
  default void gruBackward(
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

  private static Gru layer(Tensor h, Tensor x) {
    return new Gru(Gemm.get(), h.dim(0), h.dim(1), x.dim(2), h.dim(2));
  }

  private static Gru.Arrays arrays(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, @Nullable Tensor h0) {
    return new Gru.Arrays(
        h.address(), gates.address(), x.address(), wx.address(), wh.address(), address(h0));
  }

  private static long address(@Nullable Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }
}
