package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Weight normalisation of rows and columns at awkward sizes. */
final class WeightNormCases {
  private final List<KernelCase> cases = new ArrayList<>();

  List<KernelCase> list() {
    for (int units : new int[] {1, 5, 16, 17}) {
      for (int depth : new int[] {1, 3, 16, 33}) {
        weightNorm(units, depth, false);
        weightNorm(units, depth, true);
      }
    }
    return cases;
  }

  private void weightNorm(int units, int depth, boolean columns) {
    int[] shape = columns ? new int[] {depth, units} : new int[] {units, depth};
    cases.add(
        new KernelCase(
            "weightNorm %d %d %s".formatted(units, depth, columns),
            depth,
            (k, t) -> {
              Tensor v = t.normalAround(2, 1, shape);
              Tensor gain = t.normal(units);
              Tensor norms = t.output(units);
              k.linear().weightNorm(t.output(shape), norms, v, gain, columns);
              Tensor dV = t.normal(shape);
              Tensor dGain = t.normal(units);
              k.linear().weightNormBackward(dV, dGain, t.normal(shape), norms, v, gain, columns);
            }));
  }
}
