package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Differentiable convolutions; see {@link dev.chainrule.core.kernel.ConvolutionKernels}. */
public final class ConvolutionOps {
  private ConvolutionOps() {}

  /**
   * Causal dilated convolution along time: place t reads places t, t - dilation, ... of its
   * sequence, zero before the first.
   *
   * @param x [B, T, I]
   * @param weight [K, O, I], the last tap reading the present
   * @param bias [O]
   * @return [B, T, O]
   */
  public static Variable causalConv1d(
      Tape tape, Variable x, Variable weight, @Nullable Variable bias, int dilation) {
    Tensor in = x.value();
    Tensor w = weight.value();
    Tensor b = bias == null ? null : bias.value();
    if (in.rank() != 3
        || w.rank() != 3
        || in.dim(2) != w.dim(2)
        || dilation < 1
        || (b != null && !b.hasShape(w.dim(1)))) {
      throw new IllegalArgumentException(
          "causalConv1d: shapes %s, %s and %s with dilation %d do not fit"
              .formatted(in, w, b, dilation));
    }
    boolean needs = x.needsGradient() || weight.needsGradient();
    Variable y = tape.variable(needs, in.dim(0), in.dim(1), w.dim(1));
    tape.kernels().convolutions().causalConv1d(y.value(), in, w, b, dilation);
    tape.record(
        "causalConv1d",
        y,
        x,
        weight,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = x.needsGradient() ? tape.gradient(x) : null;
          Tensor dW = weight.needsGradient() ? tape.gradient(weight) : null;
          Tensor dBias = bias != null && bias.needsGradient() ? tape.gradient(bias) : null;
          tape.kernels()
              .convolutions()
              .causalConv1dBackward(dX, accumulate, dW, dBias, tape.gradient(y), in, w, dilation);
        });
    return y;
  }
}
