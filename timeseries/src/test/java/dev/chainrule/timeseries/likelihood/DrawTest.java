package dev.chainrule.timeseries.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DrawTest {
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
    float[] raw = new float[family.numParameters()];
    RandomGenerator rng = CounterRandom.of(1);
    assertThat(family.draw(raw, 2, rng)).isFinite();
    for (int i = 0; i < family.numParameters(); i++) {
      for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -2e18}) {
        raw[i] = (float) number;
        assertThat(family.draw(raw, 2, rng)).isNaN();
        raw[i] = 0;
      }
    }
  }

  @Test
  void aDrawThatFloatsCannotHoldIsNone() {
    float[] raw = {0, 1e6f};
    double value = 0;
    RandomGenerator rng = CounterRandom.of(1);
    for (int i = 0; i < 100 && !Double.isNaN(value); i++) {
      value = new LogNormalLikelihood().draw(raw, 2, rng);
    }
    assertThat(value).isNaN();
  }

  /** Forecasts of a seed stay what they are. */
  @ParameterizedTest
  @CsvSource(
      value = {
        "gaussian, 1.8073462088719188, 1.7043578056404136, 2.906167939427042, 2.4098496529769013",
        "student_t, 1.1067601266464329, 2.841284745690646, 1.9925356644046524, 2.999260624845447",
        "negative_binomial, 1.0, 9.0, 2.0, 2.0",
        "lognormal, 1.9846813175016391, 1.9271324056600527, 2.7166715110292943, 2.35750108812447",
        "bernoulli, 0.0, 1.0, 1.0, 1.0",
        "beta, 0.8150456020810797, 0.8661117773755675, 0.6736799048030708, 0.8198870097698241",
        "logistic_mixture, 5.0, 2.0, 2.0, 7.0",
        "quantile_spline, 2.4233846931073204, 2.3461865486019238, 2.2728505059627984,"
            + " 2.2960656219003903"
      })
  void aSeedGivesTheDrawsThatItGave(
      String name, double first, double second, double third, double fourth) {
    Likelihood family = Likelihood.of(name);
    float[] row = new float[family.numParameters()];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) Math.sin(1.3 * i + 0.7);
    }
    RandomGenerator rng = CounterRandom.of(7);
    for (double expected : new double[] {first, second, third, fourth}) {
      assertThat(family.draw(row, 3.5, rng)).isCloseTo(expected, within(1e-9));
    }
  }
}
