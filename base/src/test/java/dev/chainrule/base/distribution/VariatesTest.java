package dev.chainrule.base.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariatesTest {
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -1})
  void drawsEndForEveryParameter(double number) {
    RandomGenerator rng = CounterRandom.of(1);
    assertEnds(
        () ->
            assertThatThrownBy(() -> Variates.gamma(number, rng))
                .hasMessage(
                    "shape of a gamma variable: found %s, expected a finite number above 0"
                        .formatted(number)));
    if (number == 0) {
      assertThat(Variates.poisson(0, rng)).isZero();
    } else {
      assertEnds(
          () ->
              assertThatThrownBy(() -> Variates.poisson(number, rng))
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
            assertThat(Variates.gamma(number, rng)).isNotNegative().isFinite();
            assertThat(Variates.poisson(number, rng)).isNotNegative().isFinite();
          }
        });
    if (number >= 1e3) {
      assertThat(Variates.gamma(number, rng) / number).isCloseTo(1, within(0.2));
      assertThat(Variates.poisson(number, rng) / number).isCloseTo(1, within(0.2));
    }
  }

  private static void assertEnds(org.junit.jupiter.api.function.Executable draws) {
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), draws);
  }

  @Test
  void largePoissonDrawsHaveTheirMeanAndVariance() {
    RandomGenerator rng = CounterRandom.of(7);
    double sum = 0;
    double squares = 0;
    int n = 50_000;
    for (int i = 0; i < n; i++) {
      double x = Variates.poisson(200, rng);
      sum += x;
      squares += (x - 200) * (x - 200);
    }
    assertThat(sum / n).isCloseTo(200, within(0.5));
    assertThat(squares / n).isCloseTo(200, within(6.0));
  }
}
