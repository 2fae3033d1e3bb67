package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;

/**
 * Differentiable convolutions over images; see {@link
 * dev.chainrule.core.kernel.ConvolutionKernels}.
 */
public final class Conv2dOps {
  private Conv2dOps() {}

  /**
   * A convolution by taps.
   *
   * @param x [B, H, W, I]
   * @param weight [O, K, I], K taps
   * @param bias [O]
   * @param residual added to the output, of its shape
   * @return [B, H', W', O], H' and W' being H and W divided by the stride, rounded up
   */
  public static Variable conv2d(
      Tape tape,
      Variable x,
      Variable weight,
      @Nullable Variable bias,
      @Nullable Variable residual,
      Taps taps) {
    Tensor in = x.value();
    Tensor w = weight.value();
    require(
        in.rank() == 4 && w.rank() == 3 && w.dim(1) == taps.count() && w.dim(2) == in.dim(3),
        in,
        w,
        taps);
    int[] shape = {
      in.dim(0),
      Math.ceilDiv(in.dim(1), taps.stride()),
      Math.ceilDiv(in.dim(2), taps.stride()),
      w.dim(0)
    };
    require(residual == null || residual.value().hasShape(shape), in, w, taps);
    require(bias == null || bias.value().hasShape(w.dim(0)), in, w, taps);
    boolean needs =
        x.needsGradient()
            || weight.needsGradient()
            || (residual != null && residual.needsGradient());
    Variable y = tape.variable(needs, shape);
    tape.kernels()
        .convolutions()
        .conv2d(
            y.value(),
            in,
            w,
            bias == null ? null : bias.value(),
            residual == null ? null : residual.value(),
            taps);
    tape.record(
        "conv2d",
        y,
        x.needsGradient() ? x : weight,
        residual == null ? weight : residual,
        () -> {
          Tensor dY = tape.gradient(y);
          if (x.needsGradient()) {
            boolean accumulate = x.gradientStarted();
            tape.kernels()
                .convolutions()
                .conv2dBackwardInput(tape.gradient(x), accumulate, dY, w, taps);
          }
          Tensor dWeight = weight.needsGradient() ? weightGradient(tape, weight) : null;
          Tensor dBias = bias != null && bias.needsGradient() ? tape.gradient(bias) : null;
          tape.kernels().convolutions().conv2dBackwardWeight(dWeight, dBias, dY, in, taps);
          if (residual != null && residual.needsGradient()) {
            tape.passGradient(y, residual);
          }
        });
    return y;
  }

  /**
   * The transposed convolution: {@code y[b, h s + dy_k, w s + dx_k] += w[:, k] x[b, h, w]} over all
   * taps k; what falls outside of the output is dropped.
   *
   * @param x [B, H, W, O]
   * @param weight [O, K, I]
   * @param height of the output, which divided by the stride gives H
   * @param width of the output
   * @return [B, height, width, I]
   */
  public static Variable transposedConv2d(
      Tape tape, Variable x, Variable weight, int height, int width, Taps taps) {
    Tensor in = x.value();
    Tensor w = weight.value();
    require(
        in.rank() == 4
            && w.rank() == 3
            && w.dim(1) == taps.count()
            && w.dim(0) == in.dim(3)
            && Math.ceilDiv(height, taps.stride()) == in.dim(1)
            && Math.ceilDiv(width, taps.stride()) == in.dim(2),
        in,
        w,
        taps);
    boolean needs = x.needsGradient() || weight.needsGradient();
    Variable y = tape.variable(needs, in.dim(0), height, width, w.dim(2));
    tape.kernels().convolutions().conv2dBackwardInput(y.value(), false, in, w, taps);
    tape.record(
        "transposedConv2d",
        y,
        x,
        weight,
        () -> {
          Tensor dY = tape.gradient(y);
          if (weight.needsGradient()) {
            tape.kernels()
                .convolutions()
                .conv2dBackwardWeight(weightGradient(tape, weight), null, in, dY, taps);
          }
          if (x.needsGradient()) {
            boolean accumulate = x.gradientStarted();
            Tensor dX = tape.gradient(x);
            Tensor residual = accumulate ? dX : null;
            tape.kernels().convolutions().conv2d(dX, dY, w, null, residual, taps);
          }
        });
    return y;
  }

  /** The gradient that is added to: zero at first where the weights are no leaf. */
  private static Tensor weightGradient(Tape tape, Variable weight) {
    boolean started = weight.gradientStarted();
    Tensor dWeight = tape.gradient(weight);
    if (!started) {
      tape.kernels().arrays().fill(dWeight, 0);
    }
    return dWeight;
  }

  private static void require(boolean condition, Tensor x, Tensor w, Taps taps) {
    if (!condition) {
      throw new IllegalArgumentException(
          "convolution: input %s, weights %s and %s do not fit".formatted(x, w, taps));
    }
  }
}
