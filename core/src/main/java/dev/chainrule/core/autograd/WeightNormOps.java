package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;

/** Differentiable {@link dev.chainrule.core.kernel.LinearKernels#weightNorm}. */
public final class WeightNormOps {
  private WeightNormOps() {}

  /**
   * {@code w = g v / |v|}, a gain and a norm for each unit.
   *
   * @param v a parameter of any shape
   * @param gain a parameter [O]
   * @param columns whether the units are the last dimension of v, else they are the first
   */
  public static Variable weightNorm(Tape tape, Variable v, Variable gain, boolean columns) {
    Tensor in = v.value();
    if (gain.value().rank() != 1 || in.dim(columns ? -1 : 0) != gain.value().dim(0)) {
      throw new IllegalArgumentException(
          "weightNorm: shapes %s and %s do not fit".formatted(in, gain.value()));
    }
    Variable w = tape.variable(v.needsGradient(), in.shape());
    Tensor norms = tape.variable(false, gain.value().dim(0)).value();
    tape.kernels().linear().weightNorm(w.value(), norms, in, gain.value(), columns);
    tape.record(
        "weightNorm",
        w,
        v,
        gain,
        () ->
            tape.kernels()
                .linear()
                .weightNormBackward(
                    tape.gradient(v),
                    tape.gradient(gain),
                    tape.gradient(w),
                    norms,
                    in,
                    gain.value(),
                    columns));
    return w;
  }
}
