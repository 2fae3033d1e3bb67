package dev.chainrule.arima.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.combination.ArimaMethod;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.mstl.MstlMethod;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.theta.ThetaMethod;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Surprise;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnomalySearchTest {
  static Stream<SeriesMethod> methods() {
    return Stream.of(
        EtsMethod.defaults(),
        ThetaMethod.automatic(),
        CesMethod.automatic(),
        new ArimaMethod(),
        MstlMethod.defaults());
  }

  private static double[] seasonal(int n, long seed) {
    Random random = new Random(seed);
    double[] y = new double[n];
    Arrays.setAll(
        y, t -> 100 + 10 * Math.sin(t * Math.PI / 2) + 2 * random.nextGaussian() + 0.1 * t);
    return y;
  }

  @ParameterizedTest
  @MethodSource("methods")
  void findsSpikesAndLittleElse(SeriesMethod method) {
    double[] y = seasonal(120, 1);
    y[50] += 25;
    y[90] -= 25;
    y[20] = Double.NaN;
    List<Surprise> found = new AnomalySearch(method, 0.001).of(y, 4).surprises();
    assertThat(found).hasSize(120);
    assertThat(found.get(50).flagged()).isTrue();
    assertThat(found.get(90).flagged()).isTrue();
    assertThat(found.get(50).value()).isGreaterThan(found.get(50).upper());
    assertThat(found.get(50).tail()).isLessThan(0.001);
    assertThat(found.get(20).tail()).isNaN();
    assertThat(found.stream().filter(Surprise::flagged).count()).isLessThanOrEqualTo(3);
  }

  @Test
  void falseAlarmsAreAsManyAsTheThresholdSays() {
    long flagged = 0;
    long judged = 0;
    for (int seed = 0; seed < 30; seed++) {
      for (Surprise s :
          new AnomalySearch(ThetaMethod.automatic(), 0.05).of(seasonal(150, seed), 4).surprises()) {
        flagged += s.flagged() ? 1 : 0;
        judged += Double.isNaN(s.tail()) ? 0 : 1;
      }
    }
    assertThat((double) flagged / judged).isCloseTo(0.05, within(0.012));
  }

  @Test
  void aSeriesMayChangeForGood() {
    double[] y = seasonal(120, 3);
    for (int t = 60; t < 120; t++) {
      y[t] += 60;
    }
    List<Surprise> found = new AnomalySearch(EtsMethod.defaults(), 0.001).of(y, 4).surprises();
    assertThat(found.get(60).flagged()).isTrue();
    assertThat(found.subList(75, 120).stream().filter(Surprise::flagged).count()).isLessThan(4);
  }

  @Test
  void tailsOfErrorsAreLearned() {
    Random random = new Random(5);
    double[] normal = random.doubles(3000).map(u -> random.nextGaussian()).toArray();
    assertThat(HeavyTails.of(normal).degrees()).isGreaterThanOrEqualTo(15);
    assertThat(HeavyTails.of(normal).spread()).isCloseTo(1, within(0.06));
    double[] heavy =
        random
            .doubles(3000)
            .map(
                u -> {
                  double chi = 0;
                  for (int k = 0; k < 3; k++) {
                    double z = random.nextGaussian();
                    chi += z * z;
                  }
                  return random.nextGaussian() / Math.sqrt(chi / 3);
                })
            .toArray();
    assertThat(HeavyTails.of(heavy).degrees()).isBetween(2.5, 4.0);
  }

  @Test
  void refusesWhatTellsNothing() {
    AnomalySearch search = new AnomalySearch(EtsMethod.defaults(), 0.01);
    assertThatThrownBy(() -> search.of(new double[] {5, 5, 5, 5}, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("all 4 values are 5.0");
    assertThatThrownBy(() -> search.of(new double[] {5, 6, 7, 5}, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found 4 values with an expectation, expected 8");
    assertThatThrownBy(() -> new AnomalySearch(EtsMethod.defaults(), 0))
        .hasMessageContaining("threshold: found 0.0, expected a number above 0");
  }
}
