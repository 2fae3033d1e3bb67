package dev.chainrule.timeseries.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawsTest {
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -1})
  void drawsEndForEveryParameter(double number) {
    RandomGenerator rng = CounterRandom.of(1);
    assertEnds(
        () ->
            assertThatThrownBy(() -> Draws.gamma(number, rng))
                .hasMessage(
                    "shape of a gamma variable: found %s, expected a finite number above 0"
                        .formatted(number)));
    if (number == 0) {
      assertThat(Draws.poisson(0, rng)).isZero();
    } else {
      assertEnds(
          () ->
              assertThatThrownBy(() -> Draws.poisson(number, rng))
                  .hasMessageStartingWith("mean of a Poisson variable: found " + number));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-9, 0.3, 1, 1e3, 1e9, 1e15, 1e38, Double.MAX_VALUE})
  void extremeShapesAndMeansEndToo(double number) {
    RandomGenerator rng = CounterRandom.of(1);
    assertEnds(
        () -> {
          for (int i = 0; i < 1000; i++) {
            assertThat(Draws.gamma(number, rng)).isNotNegative().isFinite();
            assertThat(Draws.poisson(number, rng)).isNotNegative().isFinite();
          }
        });
    if (number >= 1e3) {
      assertThat(Draws.gamma(number, rng) / number).isCloseTo(1, within(0.2));
      assertThat(Draws.poisson(number, rng) / number).isCloseTo(1, within(0.2));
    }
  }

  private static void assertEnds(org.junit.jupiter.api.function.Executable draws) {
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), draws);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gaussian",
        "student_t",
        "negative_binomial",
        "lognormal",
        "bernoulli",
        "beta",
        "logistic_mixture",
        "quantile_spline"
      })
  void nothingIsDrawnFromWhatIsNoDistribution(String name) {
    Likelihood family = Likelihood.of(name);
    Tensor raw = Tensor.zeros(DType.FLOAT32, family.numParameters());
    RandomGenerator rng = CounterRandom.of(1);
    assertThat(family.draw(raw, 0, 2, rng)).isFinite();
    for (int i = 0; i < family.numParameters(); i++) {
      for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -2e18}) {
        raw.set(i, number);
        assertThat(family.draw(raw, 0, 2, rng)).isNaN();
        raw.set(i, 0);
      }
    }
  }

  @Test
  void aDrawThatFloatsCannotHoldIsNone() {
    Tensor raw = Tensor.zeros(DType.FLOAT32, 2);
    raw.set(1, 1e6);
    double value = 0;
    RandomGenerator rng = CounterRandom.of(1);
    for (int i = 0; i < 100 && !Double.isNaN(value); i++) {
      value = new LogNormal().draw(raw, 0, 2, rng);
    }
    assertThat(value).isNaN();
  }
}
