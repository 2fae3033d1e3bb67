package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Recurrent operations at sizes around vector widths and blocks of rows. */
final class RecurrentKernelCases {
  private static final int[][] SIZES = {
    {1, 1, 1, 1}, {2, 3, 2, 5}, {3, 4, 7, 16}, {4, 9, 3, 17}, {2, 33, 5, 40}, {5, 2, 1, 65}
  };

  private RecurrentKernelCases() {}

  static List<KernelCase> list() {
    List<KernelCase> cases = new ArrayList<>();
    for (int[] size : SIZES) {
      for (boolean accumulate : new boolean[] {false, true}) {
        for (boolean started : new boolean[] {false, true}) {
          cases.add(lstm(size[0], size[1], size[2], size[3], accumulate, started));
          cases.add(gru(size[0], size[1], size[2], size[3], accumulate, started));
        }
        cases.add(swapAxes(size[0], size[1], size[3], accumulate));
      }
    }
    for (int units : new int[] {1, 5, 16, 33}) {
      for (int batch : new int[] {1, 3}) {
        cases.add(gridLstm("rows", Sweep.byRows(4, 3), batch, units));
        cases.add(gridLstm("one column", Sweep.byRows(3, 1), batch, units));
        cases.add(gridLstm("diagonals", Sweep.byDiagonals(3, 5), batch, units));
        cases.add(gridLstm("diagonals", Sweep.byDiagonals(4, 2), batch, units));
      }
    }
    return cases;
  }

  private static KernelCase gridLstm(String name, Sweep sweep, int batch, int units) {
    int rows = sweep.rows();
    return new KernelCase(
        "gridLstm %s %d %d %d".formatted(name, rows, batch, units),
        rows * Math.max(batch, 4 * units),
        (k, t) -> {
          Tensor w = t.normalAround(0, 0.3, sweep.taps(), 4 * units, units);
          Tensor h = t.output(rows, batch, units);
          Tensor c = t.output(rows, batch, units);
          Tensor gates = t.output(rows, batch, 4 * units);
          k.recurrent().gridLstm(h, c, gates, t.normal(rows, batch, 4 * units), w, sweep);
          Tensor dW = t.normal(sweep.taps(), 4 * units, units);
          // What is overwritten may differ from engine to engine and is not compared.
          Tensor dH = Tensor.zeros(h.dtype(), rows, batch, units);
          dH.copyFrom(t.normal(rows, batch, units));
          k.recurrent().gridLstmBackward(dW, dH, h, c, gates, w, sweep);
        });
  }

  private static KernelCase lstm(
      int time, int batch, int inputs, int units, boolean accumulate, boolean started) {
    return new KernelCase(
        "lstm %d %d %d %d %s %s".formatted(time, batch, inputs, units, accumulate, started),
        time * Math.max(batch, 4 * Math.max(inputs, units)),
        (k, t) -> {
          Tensor x = t.normal(time, batch, inputs);
          Tensor wx = t.normal(4 * units, inputs);
          Tensor wh = t.normalAround(0, 0.3, 4 * units, units);
          Tensor h0 = started ? t.normal(batch, units) : null;
          Tensor c0 = started ? t.normal(batch, units) : null;
          Tensor h = t.output(time, batch, units);
          Tensor c = t.output(time, batch, units);
          Tensor gates = t.output(time, batch, 4 * units);
          k.recurrent().lstm(h, c, gates, x, wx, wh, t.normal(4 * units), h0, c0);
          Tensor dX = started && accumulate ? null : t.gradient(accumulate, time, batch, inputs);
          Tensor dWx = t.normal(4 * units, inputs);
          Tensor dWh = t.normal(4 * units, units);
          Tensor dBias = t.normal(4 * units);
          Tensor dH = t.normal(time, batch, units);
          k.recurrent()
              .lstmBackward(dX, accumulate, dWx, dWh, dBias, dH, h, c, gates, x, wx, wh, h0, c0);
        });
  }

  private static KernelCase gru(
      int time, int batch, int inputs, int units, boolean accumulate, boolean started) {
    return new KernelCase(
        "gru %d %d %d %d %s %s".formatted(time, batch, inputs, units, accumulate, started),
        time * Math.max(batch, 3 * Math.max(inputs, units)),
        (k, t) -> {
          Tensor x = t.normal(time, batch, inputs);
          Tensor wx = t.normal(3 * units, inputs);
          Tensor wh = t.normalAround(0, 0.3, 3 * units, units);
          Tensor h0 = started ? t.normal(batch, units) : null;
          Tensor h = t.output(time, batch, units);
          Tensor gates = t.output(time, batch, 4 * units);
          k.recurrent().gru(h, gates, x, wx, wh, t.normal(4 * units), h0);
          Tensor dX = started && accumulate ? null : t.gradient(accumulate, time, batch, inputs);
          Tensor dWx = t.normal(3 * units, inputs);
          Tensor dWh = t.normal(3 * units, units);
          Tensor dBias = t.normal(4 * units);
          Tensor dH = t.normal(time, batch, units);
          // What is left in the scratch memory is the engine's own matter.
          Tensor scratch = Tensor.zeros(x.dtype(), batch, units);
          k.recurrent()
              .gruBackward(dX, accumulate, dWx, dWh, dBias, dH, h, gates, x, wx, wh, h0, scratch);
        });
  }

  private static KernelCase swapAxes(int m, int n, int width, boolean accumulate) {
    return new KernelCase(
        "swapAxes %d %d %d %s".formatted(m, n, width, accumulate),
        1,
        (k, t) ->
            k.recurrent()
                .swapAxes(t.gradient(accumulate, n, m, width), accumulate, t.normal(m, n, width)));
  }
}
