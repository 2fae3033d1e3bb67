package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Convolutions over images and activations, with every choice of optional arguments. */
final class Conv2dCases {
  private static final boolean[] BOTH = {false, true};
  private static final int[][] SHAPES = {
    {1, 1, 1, 1, 1}, {2, 5, 4, 3, 2}, {1, 7, 9, 17, 33}, {3, 4, 6, 16, 5}
  };

  private final List<KernelCase> cases = new ArrayList<>();

  List<KernelCase> list() {
    List<Taps> patterns =
        List.of(
            Taps.at(0, 0),
            Taps.at(-1, 0),
            Taps.at(1, 0),
            Taps.at(0, -1),
            Taps.raster(3, true),
            Taps.raster(5, false),
            Taps.rectangle(-1, 0, -1, 1),
            Taps.rectangle(-3, 0, -3, 3),
            Taps.rectangle(-1, 0, -1, 1).withStride(2),
            Taps.rectangle(0, 0, -1, 0).withStride(2));
    for (Taps taps : patterns) {
      for (int[] shape : SHAPES) {
        for (boolean accumulate : BOTH) {
          conv2d(shape, taps, accumulate);
        }
      }
    }
    for (int n : new int[] {1, 15, 16, 17, 100}) {
      for (boolean accumulate : BOTH) {
        activations(n, accumulate);
      }
    }
    return cases;
  }

  private void conv2d(int[] shape, Taps taps, boolean accumulate) {
    int batch = shape[0];
    int height = shape[1];
    int width = shape[2];
    int in = shape[3];
    int out = shape[4];
    int outHeight = Math.ceilDiv(height, taps.stride());
    int outWidth = Math.ceilDiv(width, taps.stride());
    cases.add(
        new KernelCase(
            "conv2d %d %d %d %d %d %s %s"
                .formatted(batch, height, width, in, out, taps, accumulate),
            Math.max(taps.count() * Math.max(in, out), batch * height * width),
            (k, t) -> {
              Tensor x = t.normal(batch, height, width, in);
              Tensor w = t.normal(out, taps.count(), in);
              Tensor bias = accumulate ? t.normal(out) : null;
              Tensor residual = accumulate ? t.normal(batch, outHeight, outWidth, out) : null;
              k.convolutions()
                  .conv2d(t.output(batch, outHeight, outWidth, out), x, w, bias, residual, taps);
              Tensor dY = t.normal(batch, outHeight, outWidth, out);
              Tensor dX = t.gradient(accumulate, batch, height, width, in);
              k.convolutions().conv2dBackwardInput(dX, accumulate, dY, w, taps);
              Tensor dBias = accumulate ? t.normal(out) : null;
              k.convolutions()
                  .conv2dBackwardWeight(t.normal(out, taps.count(), in), dBias, dY, x, taps);
            }));
  }

  private void activations(int n, boolean accumulate) {
    for (Activation f : Activation.values()) {
      cases.add(
          new KernelCase(
              "activation %s %d %s".formatted(f, n, accumulate),
              1,
              (k, t) -> {
                Tensor x = t.normal(n);
                k.activations().activation(t.output(n), x, f);
                k.activations()
                    .activationBackward(t.gradient(accumulate, n), accumulate, t.normal(n), x, f);
              }));
    }
    cases.add(
        new KernelCase(
            "concatElu %d %s".formatted(n, accumulate),
            1,
            (k, t) -> {
              Tensor x = t.normal(3, n);
              k.activations().concatElu(t.output(3, 2 * n), x);
              Tensor dY = t.normal(3, 2 * n);
              k.activations().concatEluBackward(t.gradient(accumulate, 3, n), accumulate, dY, x);
            }));
    cases.add(
        new KernelCase(
            "multiply %d %s".formatted(n, accumulate),
            1,
            (k, t) ->
                k.arrays()
                    .multiply(t.gradient(accumulate, n), accumulate, t.normal(n), t.normal(n))));
  }
}
