package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Likelihoods of mixtures of logistics, values at both ends and ones not observed among them. */
final class MixtureCases {
  private static final double MIN_LOG_SCALE = -7;

  private MixtureCases() {}

  static List<KernelCase> list() {
    List<KernelCase> cases = new ArrayList<>();
    for (int mixtures : new int[] {1, 3, 10}) {
      for (int levels : new int[] {2, 256, 65_536}) {
        for (boolean accumulate : new boolean[] {false, true}) {
          String name = "logisticMixture %d %d %s".formatted(mixtures, levels, accumulate);
          cases.add(
              new KernelCase(
                  name, 3 * mixtures, (k, t) -> run(k, t, mixtures, levels, accumulate)));
        }
      }
    }
    return cases;
  }

  private static void run(
      Kernels kernels, GuardedTensors t, int mixtures, int levels, boolean accumulate) {
    Tensor parameters = t.normal(5, 3 * mixtures);
    Tensor targets = Tensor.of(new int[] {0, levels - 1, -1, levels / 2, levels / 3}, 5);
    kernels.likelihoods().logisticMixture(t.output(5), parameters, targets, levels, MIN_LOG_SCALE);
    kernels
        .likelihoods()
        .logisticMixtureBackward(
            t.gradient(accumulate, 5, 3 * mixtures),
            accumulate,
            t.normal(5),
            parameters,
            targets,
            levels,
            MIN_LOG_SCALE);
  }
}
