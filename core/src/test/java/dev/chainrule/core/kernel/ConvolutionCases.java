package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Convolutions at awkward sizes. */
final class ConvolutionCases {
  private final List<KernelCase> cases = new ArrayList<>();

  List<KernelCase> list() {
    for (int taps : new int[] {1, 2, 3}) {
      for (int dilation : new int[] {1, 3, 8, 40}) {
        for (boolean accumulate : new boolean[] {false, true}) {
          causalConv1d(1, 9, 1, 1, taps, dilation, accumulate);
          causalConv1d(3, 17, 5, 18, taps, dilation, accumulate);
          causalConv1d(2, 1, 16, 7, taps, dilation, accumulate);
        }
      }
    }
    return cases;
  }

  private void causalConv1d(
      int batch, int time, int in, int out, int taps, int dilation, boolean accumulate) {
    cases.add(
        new KernelCase(
            "causalConv1d %d %d %d %d %d %d %s"
                .formatted(batch, time, in, out, taps, dilation, accumulate),
            taps * batch * time * Math.max(in, out),
            (k, t) -> {
              Tensor x = t.normal(batch, time, in);
              Tensor w = t.normal(taps, out, in);
              Tensor bias = accumulate ? t.normal(out) : null;
              k.convolutions().causalConv1d(t.output(batch, time, out), x, w, bias, dilation);
              Tensor dX = dilation == 8 ? null : t.gradient(accumulate, batch, time, in);
              Tensor dW = dilation == 3 ? null : t.normal(taps, out, in);
              Tensor dBias = accumulate ? t.normal(out) : null;
              Tensor dY = t.normal(batch, time, out);
              k.convolutions().causalConv1dBackward(dX, accumulate, dW, dBias, dY, x, w, dilation);
            }));
  }
}
