package dev.chainrule.timeseries.conformal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.forecast.DistributionMetrics;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.QuantileForecast;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.random.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConformalForecasterTest {
  /** Says that all values lie between -width and width, evenly. */
  private record Band(double width) implements Forecaster {
    @Override
    public String name() {
      return "band";
    }

    @Override
    public List<Forecast> forecast(
        List<SeriesHistory> histories, int horizon, long seed, IntConsumer done) {
      double[] low = new double[horizon];
      double[] high = new double[horizon];
      Arrays.fill(low, -width);
      Arrays.fill(high, width);
      Forecast forecast =
          new QuantileForecast(
              new double[horizon], new double[] {1e-9, 1 - 1e-9}, new double[][] {low, high});
      histories.forEach(history -> done.accept(1));
      return histories.stream().map(h -> forecast).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 30})
  void intervalsHoldTheirShareHoweverWrongTheForecasterIs(double width) {
    RandomGenerator rng = CounterRandom.of(3);
    List<SeriesHistory> histories = new ArrayList<>();
    List<double[]> actuals = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      histories.add(SeriesHistory.of("s" + i, normals(rng, 40), 1));
      actuals.add(normals(rng, 4));
    }
    Forecaster conformal = new ConformalForecaster(new Band(width), 2);
    assertThat(conformal.name()).isEqualTo("band+conformal");
    AtomicInteger done = new AtomicInteger();
    List<Forecast> forecasts = conformal.forecast(histories, 4, 1, done::addAndGet);
    assertThat(done).hasValue(histories.size());
    for (double level : new double[] {0.5, 0.8, 0.95}) {
      double inside = 0;
      for (int i = 0; i < 400; i++) {
        Forecast f = forecasts.get(i);
        inside += DistributionMetrics.inside(actuals.get(i), f.lower(level), f.upper(level)) / 400;
      }
      assertThat(inside).isCloseTo(level, within(0.04));
    }
    Forecast one = forecasts.getFirst();
    assertThat(one.quantile(0, 0.5)).isCloseTo(0, within(1e-6));
    assertThat(one.mean(0)).isZero();
    for (int k = 1; k < 99; k++) {
      assertThat(one.quantile(0, 0.01 * k)).isLessThanOrEqualTo(one.quantile(0, 0.01 * k + 0.01));
    }
  }

  private static double[] normals(RandomGenerator rng, int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = rng.nextGaussian();
    }
    return values;
  }

  @Test
  void aWorkedCorrection() {
    // One series, one window of two steps: 3 and -1 against a band of 90 % from -0.9 to 0.9.
    double[] values = {0, 1, 0, 1, 3, -1};
    Forecaster conformal = new ConformalForecaster(new Band(1), 1);
    Forecast f = conformal.forecast(List.of(SeriesHistory.of("a", values, 1)), 2, 1).getFirst();
    // Naive error (1 + 1 + 1 + 2 + 4) / 5 = 1.8; the larger of 2.1 and 0.1 is added.
    assertThat(f.upper(0.9)[0]).isCloseTo(0.9 + 2.1, within(1e-6));
    assertThat(f.lower(0.9)[1]).isCloseTo(-0.9 - 2.1, within(1e-6));
  }

  @Test
  void fewErrorsNarrowNothingThatTheyCannotSpeakOf() {
    double[] values = {0, 1, 0, 1, 0, 1};
    Forecaster conformal = new ConformalForecaster(new Band(30), 1);
    Forecast f = conformal.forecast(List.of(SeriesHistory.of("a", values, 1)), 2, 1).getFirst();
    // Two errors, of 0 and 1, speak of intervals of up to two thirds.
    assertThat(f.upper(0.9)[0]).isCloseTo(0.9 * 30, within(1e-6));
    assertThat(f.upper(0.5)[0]).isLessThan(2);
  }

  @Test
  void narrowingLeavesSomeWidth() {
    // What is much too wide for one series would be of negative width for the other.
    RandomGenerator rng = CounterRandom.of(3);
    List<SeriesHistory> histories = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      double size = i == 0 ? 1e4 : 1e-3;
      double[] values = Arrays.stream(normals(rng, 40)).map(v -> v * size).toArray();
      histories.add(SeriesHistory.of("s" + i, values, 1));
    }
    Forecast f = new ConformalForecaster(new Band(10), 2).forecast(histories, 4, 1).getFirst();
    for (double level : new double[] {0.5, 0.8, 0.95}) {
      assertThat(f.upper(level)[0] - f.lower(level)[0]).isPositive();
    }
  }

  @Test
  void refusesErrorsThatAreAllMissing() {
    double[] values = {0, 1, 0, 1, Double.NaN, Double.NaN};
    List<SeriesHistory> histories = List.of(SeriesHistory.of("a", values, 1));
    assertThatThrownBy(() -> new ConformalForecaster(new Band(1), 1).forecast(histories, 2, 1))
        .hasMessage(
            "conformal intervals: all values of the 1 stretches of calibration are missing");
  }

  @Test
  void refusesHistoriesThatAreTooShort() {
    Forecaster conformal = new ConformalForecaster(new Band(1), 1);
    List<SeriesHistory> histories = List.of(SeriesHistory.of("a", new double[4], 1));
    assertThatThrownBy(() -> conformal.forecast(histories, 4, 1))
        .hasMessageContaining("no series is longer than one horizon of 4 and a season");
    assertThatThrownBy(() -> new ConformalForecaster(new Band(1), 0))
        .hasMessage("0 windows of calibration, expected 1 or more");
  }
}
