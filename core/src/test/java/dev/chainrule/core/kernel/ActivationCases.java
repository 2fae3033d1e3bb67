package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Activations at awkward sizes. */
final class ActivationCases {
  private final List<KernelCase> cases = new ArrayList<>();

  List<KernelCase> list() {
    for (int channels : new int[] {1, 3, 8, 15, 16, 17, 33, 64}) {
      for (boolean accumulate : new boolean[] {false, true}) {
        gatedActivation(6, channels, 0, accumulate);
        gatedActivation(6, channels, 1, accumulate);
        gatedActivation(6, channels, 3, accumulate);
        gatedActivation(5, channels, 5, accumulate);
        gatedLinear(6, channels, 0, accumulate);
        gatedLinear(6, channels, 3, accumulate);
      }
    }
    // Groups so large that several share the sum of one
    gatedActivation(390, 3, 3, false);
    return cases;
  }

  private void gatedActivation(int n, int channels, int groups, boolean accumulate) {
    cases.add(
        new KernelCase(
            "gatedActivation %d %d %d %s".formatted(n, channels, groups, accumulate),
            n,
            (k, t) -> {
              int width = 2 * channels;
              Tensor x = t.normalAround(0, 5, n, width);
              x.set(0, 300);
              x.set(channels, -300);
              x.set((n - 1L) * width, -300);
              Tensor condition = groups == 0 ? null : t.normal(groups, width);
              k.activations().gatedActivation(t.output(n, channels), x, condition);
              Tensor dX = groups == 3 ? null : t.gradient(accumulate, n, width);
              boolean other = !accumulate;
              Tensor dCondition = groups == 0 ? null : t.gradient(other, groups, width);
              Tensor dY = t.normal(n, channels);
              k.activations()
                  .gatedActivationBackward(dX, accumulate, dCondition, other, dY, x, condition);
            }));
  }

  private void gatedLinear(int n, int channels, int groups, boolean accumulate) {
    cases.add(
        new KernelCase(
            "gatedLinear %d %d %d %s".formatted(n, channels, groups, accumulate),
            n,
            (k, t) -> {
              int width = 2 * channels;
              Tensor x = t.normalAround(0, 5, n, width);
              Tensor condition = groups == 0 ? null : t.normal(groups, width);
              Tensor residual = accumulate ? t.normal(n, channels) : null;
              k.activations().gatedLinear(t.output(n, channels), x, condition, residual);
              Tensor dX = t.gradient(accumulate, n, width);
              boolean other = !accumulate;
              Tensor dCondition = groups == 0 ? null : t.gradient(other, groups, width);
              Tensor dY = t.normal(n, channels);
              k.activations()
                  .gatedLinearBackward(dX, accumulate, dCondition, other, dY, x, condition);
            }));
  }
}
