package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ScalarLikelihood;
import dev.chainrule.core.kernel.reference.StandIn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Likelihoods of real numbers and counts, a kernel for each family of time series. A family that
 * has none is computed by the host, by one copy there and one back.
 */
final class Densities {
  /** Those of {@code likelihood.cu}. */
  private static final List<String> NAMES =
      List.of(
          "gaussian",
          "student_t",
          "negative_binomial",
          "lognormal",
          "bernoulli",
          "beta",
          "logistic_mixture",
          "quantile_spline");

  private final StandIn standIn = new StandIn("cuda");
  private final Map<String, Kernel> kernels = new HashMap<>();

  Densities(Gpu gpu) {
    for (String name : NAMES) {
      kernels.put(name, new Kernel(gpu, "likelihood", "likelihood_" + name, 64));
    }
  }

  void likelihood(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family) {
    Kernel kernel = kernels.get(family.name());
    if (kernel == null) {
      byHost(nll, slopes, raw, targets, scales, family);
      return;
    }
    long rows = targets.size();
    kernel
        .launch()
        .floats(nll)
        .floats(slopes)
        .floats(raw)
        .floats(targets)
        .floats(scales)
        .wide(rows / Math.max(1, scales.size()))
        .wide(rows)
        .each(rows);
  }

  private void byHost(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family) {
    Tensor hostNll = Tensor.zeros(DType.FLOAT32, nll.shape());
    Tensor hostSlopes = Tensor.zeros(DType.FLOAT32, slopes.shape());
    standIn
        .of("likelihood " + family.name())
        .likelihoods()
        .likelihood(hostNll, hostSlopes, raw.host(), targets.host(), scales.host(), family);
    nll.copyFrom(hostNll);
    slopes.copyFrom(hostSlopes);
  }
}
