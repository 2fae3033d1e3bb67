package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;

/** The differentiable recurrent operations, on time-major arrays. */
public final class RecurrentOps {
  private RecurrentOps() {}

  /**
   * A long short-term memory over all steps, from a state of zeros; see {@link
   * dev.chainrule.core.kernel.RecurrentKernels#lstm}.
   *
   * @param x [T, B, I]
   * @param wx [4H, I], gates in the order input, forget, candidate, output
   * @param wh [4H, H]
   * @param bias [4H]
   * @return the outputs [T, B, H]
   */
  public static Variable lstm(Tape tape, Variable x, Variable wx, Variable wh, Variable bias) {
    Tensor in = x.value();
    int units = wh.value().dim(1);
    boolean fits =
        in.rank() == 3
            && wx.value().hasShape(4 * units, in.dim(2))
            && wh.value().hasShape(4 * units, units)
            && bias.value().hasShape(4 * units);
    if (!fits) {
      throw new IllegalArgumentException(
          "lstm: shapes %s, %s, %s and %s do not fit".formatted(x, wx, wh, bias));
    }
    int time = in.dim(0);
    int batch = in.dim(1);
    Variable h = tape.variable(x.needsGradient() || wx.needsGradient(), time, batch, units);
    Tensor c = tape.variable(false, time, batch, units).value();
    Tensor gates = tape.variable(false, time, batch, 4 * units).value();
    tape.kernels().lstm(h.value(), c, gates, in, wx.value(), wh.value(), bias.value(), null, null);
    tape.record(
        h,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = x.needsGradient() ? tape.gradient(x) : null;
          tape.kernels()
              .lstmBackward(
                  dX,
                  accumulate,
                  tape.gradient(wx),
                  tape.gradient(wh),
                  tape.gradient(bias),
                  tape.gradient(h),
                  h.value(),
                  c,
                  gates,
                  in,
                  wx.value(),
                  wh.value(),
                  null,
                  null);
        });
    return h;
  }

  /**
   * The first two dimensions exchanged: time-major to sequence by sequence, and back.
   *
   * @param x [M, N, C]
   * @return [N, M, C]
   */
  public static Variable swapAxes(Tape tape, Variable x) {
    Tensor in = x.value();
    Variable y = tape.variable(x.needsGradient(), in.dim(1), in.dim(0), in.dim(2));
    tape.kernels().swapAxes(y.value(), false, in);
    tape.record(
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          tape.kernels().swapAxes(tape.gradient(x), accumulate, tape.gradient(y));
        });
    return y;
  }
}
