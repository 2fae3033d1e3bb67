package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;

/** The differentiable gated recurrent unit. */
public final class GruOps {
  private GruOps() {}

  /**
   * A gated recurrent unit over all steps, from an output of zeros; see {@link
   * dev.chainrule.core.kernel.RecurrentKernels#gru} for the order of the gates.
   *
   * @param x [T, B, I]
   * @param wx [3H, I]
   * @param wh [3H, H]
   * @param bias [4H]
   * @return the outputs [T, B, H]
   */
  public static Variable gru(Tape tape, Variable x, Variable wx, Variable wh, Variable bias) {
    Tensor in = x.value();
    int units = wh.value().dim(1);
    boolean fits =
        in.rank() == 3
            && wx.value().hasShape(3 * units, in.dim(2))
            && wh.value().hasShape(3 * units, units)
            && bias.value().hasShape(4 * units);
    if (!fits) {
      throw new IllegalArgumentException(
          "gru: shapes %s, %s, %s and %s do not fit".formatted(x, wx, wh, bias));
    }
    int time = in.dim(0);
    int batch = in.dim(1);
    Variable h = tape.variable(x.needsGradient() || wx.needsGradient(), time, batch, units);
    Tensor gates = tape.variable(false, time, batch, 4 * units).value();
    Tensor scratch = tape.variable(false, batch, units).value();
    tape.kernels()
        .recurrent()
        .gru(h.value(), gates, in, wx.value(), wh.value(), bias.value(), null);
    tape.record(
        "gru",
        h,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = x.needsGradient() ? tape.gradient(x) : null;
          tape.kernels()
              .recurrent()
              .gruBackward(
                  dX,
                  accumulate,
                  tape.gradient(wx),
                  tape.gradient(wh),
                  tape.gradient(bias),
                  tape.gradient(h),
                  h.value(),
                  gates,
                  in,
                  wx.value(),
                  wh.value(),
                  null,
                  scratch);
        });
    return h;
  }
}
