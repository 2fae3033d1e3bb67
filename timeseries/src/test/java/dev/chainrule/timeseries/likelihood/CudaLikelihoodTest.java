package dev.chainrule.timeseries.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.cuda.CudaException;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import dev.chainrule.core.kernel.reference.ReferenceLikelihoods;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels of all families compute what the reference computes, on the stand-in for a GPU. */
class CudaLikelihoodTest {
  static List<Likelihood> all() {
    return LikelihoodTest.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void agreesWithTheReference(Likelihood family) {
    try (CudaUnderTest cuda = CudaUnderTest.onStandIn()) {
      for (int order = 0; order < 3; order++) {
        cuda.order(order);
        check(cuda.ownProducts(), family);
      }
    }
  }

  /** All families on the GPU of this machine. */
  public static void main(String[] args) {
    try (CudaUnderTest cuda = CudaUnderTest.onGpu()) {
      all().forEach(family -> check(cuda.ownProducts(), family));
      System.out.println(all().size() + " likelihoods agree");
    }
  }

  private static void check(Kernels kernels, Likelihood family) {
    for (int share : new int[] {1, 3, 65}) {
      compare(kernels, family, 5 * share, 5, share);
    }
  }

  private static void compare(Kernels kernels, Likelihood family, int n, int series, int seed) {
    RandomGenerator rng = CounterRandom.of(seed);
    int width = family.numParameters();
    Tensor raw = Tensor.zeros(DType.FLOAT32, n, width);
    for (long i = 0; i < raw.size(); i++) {
      raw.set(i, 2 * rng.nextGaussian());
    }
    Tensor scales = Tensor.zeros(DType.FLOAT32, series);
    for (int s = 0; s < series; s++) {
      scales.set(s, family.scaling() == Scaling.NONE ? 1 : rng.nextDouble(0.1, 50));
    }
    Tensor targets = Tensor.zeros(DType.FLOAT32, n);
    for (int i = 0; i < n; i++) {
      double scale = scales.get(i / (n / series));
      targets.set(i, LikelihoodTest.target(family, scale, rng));
    }
    targets.set(0, Double.NaN);
    raw.set(width, 1e19);
    raw.set(2L * width, Double.NaN);
    Tensor[] expected = {Tensor.zeros(DType.FLOAT32, n), Tensor.zeros(DType.FLOAT32, n, width)};
    Tensor[] actual = {Tensor.zeros(DType.FLOAT32, n), Tensor.zeros(DType.FLOAT32, n, width)};
    new ReferenceLikelihoods().likelihood(expected[0], expected[1], raw, targets, scales, family);
    kernels.likelihoods().likelihood(actual[0], actual[1], raw, targets, scales, family);
    for (int part = 0; part < 2; part++) {
      for (long i = 0; i < expected[part].size(); i++) {
        double e = expected[part].get(i);
        if (Double.isNaN(e)) {
          assertThat(actual[part].get(i)).isNaN();
        } else {
          assertThat(actual[part].get(i))
              .as("%s: part %d, element %d of %d series", family.name(), part, i, series)
              .isCloseTo(e, within(1e-6 * (1 + Math.abs(e))));
        }
      }
    }
  }

  /** Faults planted into the kernel text are found. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gaussian          | usable = !missing   | usable = 1
          negative_binomial | sum += 1.0 / (x + k) | sum += 1.0 / x
          logistic_mixture  | slopes[0] = (float) first; | ;
          quantile_spline   | by_middle += next;  | ;
          """)
  void aFaultIsFound(String name, String was, String is) {
    try (CudaUnderTest cuda = CudaUnderTest.withFault("likelihood", was, is)) {
      boolean found = false;
      try {
        check(cuda.ownProducts(), Likelihood.of(name));
      } catch (AssertionError | CudaException e) {
        found = true;
      }
      assertThat(found).isTrue();
    }
  }
}
