package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Sweep;

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
    tape.kernels()
        .recurrent()
        .lstm(h.value(), c, gates, in, wx.value(), wh.value(), bias.value(), null, null);
    tape.record(
        "lstm",
        h,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = x.needsGradient() ? tape.gradient(x) : null;
          tape.kernels()
              .recurrent()
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
   * A long short-term memory over the places of a grid; see {@link
   * dev.chainrule.core.kernel.RecurrentKernels#gridLstm}.
   *
   * @param x what the input gives to the gates [N, B, 4H], N the rows of the sweep
   * @param w [K, 4H, H], K its taps
   * @return the outputs [N, B, H]
   */
  public static Variable gridLstm(Tape tape, Variable x, Variable w, Sweep sweep) {
    Tensor in = x.value();
    int units = w.value().dim(-1);
    if (in.rank() != 3
        || in.dim(0) != sweep.rows()
        || in.dim(2) != 4 * units
        || !w.value().hasShape(sweep.taps(), 4 * units, units)) {
      throw new IllegalArgumentException(
          "gridLstm: shapes %s and %s do not fit %s".formatted(x, w, sweep));
    }
    int batch = in.dim(1);
    Variable h = tape.variable(x.needsGradient() || w.needsGradient(), in.dim(0), batch, units);
    Tensor c = tape.variable(false, in.dim(0), batch, units).value();
    Tensor gates = tape.variable(false, in.dim(0), batch, 4 * units).value();
    tape.kernels().recurrent().gridLstm(h.value(), c, gates, in, w.value(), sweep);
    tape.record(
        "gridLstm",
        h,
        x,
        w,
        () -> {
          tape.kernels()
              .recurrent()
              .gridLstmBackward(
                  tape.gradient(w), tape.gradient(h), h.value(), c, gates, w.value(), sweep);
          if (x.needsGradient()) {
            boolean accumulate = x.gradientStarted();
            Tensor dX = tape.gradient(x);
            if (accumulate) {
              tape.kernels().arrays().addScaled(dX, gates, 1);
            } else {
              tape.kernels().arrays().copy(dX, gates);
            }
          }
        });
    return h;
  }

  /**
   * Another order of the first dimension: {@code y[n] = x[order[n]]}.
   *
   * @param x [N, B, C]
   * @param order each number from 0 to N - 1 once
   */
  public static Variable permute(Tape tape, Variable x, int[] order) {
    Tensor in = x.value();
    int n = in.dim(0);
    if (order.length != n) {
      throw new IllegalArgumentException(
          "permute: %s in an order of %d places".formatted(in, order.length));
    }
    int width = Math.toIntExact(in.size() / n);
    Tensor host = tape.integers(n);
    for (int i = 0; i < n; i++) {
      host.set(i, order[i]);
    }
    Tensor ids = tape.upload(host);
    Variable y = tape.variable(x.needsGradient(), in.shape());
    tape.kernels().linear().embedding(y.value().reshape(n, width), ids, in.reshape(n, width));
    tape.record(
        "permute",
        y,
        x,
        () -> {
          boolean started = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          if (!started) {
            tape.kernels().arrays().fill(dX, 0);
          }
          Tensor dY = tape.gradient(y).reshape(n, width);
          tape.kernels().linear().embeddingBackward(dX.reshape(n, width), dY, ids);
        });
    return y;
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
    tape.kernels().recurrent().swapAxes(y.value(), false, in);
    tape.record(
        "swapAxes",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          tape.kernels().recurrent().swapAxes(tape.gradient(x), accumulate, tape.gradient(y));
        });
    return y;
  }
}
