package dev.chainrule.timeseries.deepar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Forecasts of series with gaps. The networks have learned nothing: their location is the value one
 * lag before, with a spread of a twentieth of the scale, so that what a forecast has to be is
 * known.
 */
class MissingValuesTest {
  private static final Frequency HOURS = Frequency.of("H");
  private static final int PATHS = 2000;
  private static final double SPREAD = 0.05;

  private static DeepAr model(DeepArNetwork.Kind kind, int context, int skipLag, boolean standard) {
    DeepArConfig config =
        DeepArConfig.of(HOURS, context, 6)
            .withLikelihood("gaussian")
            .withLags(new int[] {1, 2, 4, 12}, skipLag)
            .withNetwork(new DeepArNetwork(kind, 1, 6, 6, 2, 0))
            .withStandardizing(standard);
    DeepAr model = new DeepAr(config);
    model.parameters().allocate(DType.FLOAT32, 3);
    model.parameters().value(model.output.weight()).fill(0);
    return model;
  }

  /** A season of four around a thousand. */
  private static double[] values() {
    double[] values = new double[60];
    Arrays.setAll(values, i -> 1000 + 50 * Math.sin(Math.PI * i / 2));
    return values;
  }

  private static Forecast forecast(DeepAr model, double[]... all) {
    List<Series> series =
        Arrays.stream(all).map(v -> new Series("a", Series.START, HOURS, v)).toList();
    try (Engine engine = Engines.open("vector", 1)) {
      return new DeepArForecaster(model, List.of(), PATHS, engine)
          .forecastSeries(series, 6, 7)
          .getLast();
    }
  }

  private static double[] without(double[] values, int from, int to) {
    double[] result = values.clone();
    Arrays.fill(result, from, to, Double.NaN);
    return result;
  }

  private static double deviation(Forecast forecast, int step) {
    return (forecast.quantile(step, 0.84) - forecast.quantile(step, 0.16)) / 2;
  }

  /** How often a step of a forecast is drawn, and what from. */
  private static void isDrawn(
      Forecast forecast, int step, double centre, double spread, int times) {
    double expected = spread * Math.sqrt(times);
    assertThat(forecast.quantile(step, 0.5)).as("centre").isCloseTo(centre, within(0.2 * expected));
    assertThat(deviation(forecast, step)).as("spread").isCloseTo(expected, within(0.1 * expected));
  }

  @ParameterizedTest
  @EnumSource
  void aMissingEndGoesOnFromTheLastValueAndIsLessCertain(DeepArNetwork.Kind kind) {
    DeepAr model = model(kind, 12, 1, false);
    double spread = SPREAD * 1000;
    isDrawn(forecast(model, values()), 0, 950, spread, 1);
    isDrawn(forecast(model, without(values(), 59, 60)), 0, 1000, spread, 2);
    isDrawn(forecast(model, without(values(), 57, 60)), 0, 1000, spread, 4);
    // Beside a series without gaps, and after it, nothing is different.
    isDrawn(forecast(model, values(), without(values(), 57, 60)), 0, 1000, spread, 4);
    isDrawn(forecast(model, without(values(), 57, 60), values()), 0, 950, spread, 1);
  }

  @ParameterizedTest
  @EnumSource
  void aMissingSeasonIsThatOfTheOneBeforeAndIsLessCertain(DeepArNetwork.Kind kind) {
    DeepAr model = model(kind, 12, 4, false);
    double spread = SPREAD * 1000;
    double[] gaps = without(values(), 56, 60);
    for (int h = 0; h < 4; h++) {
      double expected = values()[56 + h];
      isDrawn(forecast(model, values()), h, expected, spread, 1);
      isDrawn(forecast(model, gaps), h, expected, spread, 2);
    }
    isDrawn(forecast(model, without(values(), 59, 60)), 2, 1050 - 50, spread, 1);
    isDrawn(forecast(model, without(values(), 59, 60)), 3, 950, spread, 2);
    isDrawn(forecast(model, without(values(), 48, 60)), 3, 950, spread, 4);
  }

  @ParameterizedTest
  @CsvSource({"1, 59, 60, 0, 1000, 2", "4, 56, 60, 1, 1050, 2", "4, 52, 60, 3, 950, 3"})
  void standardizedWindowsLikewise(
      int skipLag, int from, int to, int step, double centre, int times) {
    DeepAr model = model(DeepArNetwork.Kind.LSTM, 12, skipLag, true);
    double[] gaps = without(values(), from, to);
    double[] context =
        Arrays.stream(Arrays.copyOfRange(gaps, 48, 60)).filter(v -> !Double.isNaN(v)).toArray();
    double mean = Arrays.stream(context).average().orElseThrow();
    double scale =
        Math.sqrt(Arrays.stream(context).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    isDrawn(forecast(model, gaps), step, centre, SPREAD * scale, times);
  }

  @Test
  void aGapBeforeTheContextIsAStepLikeOthersAndLessCertain() {
    // The context is shorter than the lag that forecasts begin as.
    DeepAr model = model(DeepArNetwork.Kind.LSTM, 2, 4, false);
    double[] values = values();
    Arrays.setAll(values, i -> values[i] + (i / 4 % 2 == 0 ? 40 : -40));
    double[] gap = without(values, 56, 58);
    // Steps over a season are 80 up and 80 down, with the same chance.
    isDrawn(forecast(model, values), 0, values[56], SPREAD * 960, 1);
    Forecast forecast = forecast(model, gap);
    double expected = Math.hypot(80, SPREAD * 960);
    assertThat(forecast.mean(0)).isCloseTo(values[52], within(10.0));
    assertThat(deviation(forecast, 0)).isCloseTo(expected, within(0.2 * expected));
  }

  @Test
  void aGapLongerThanTheContextGoesOnFromTheLastValue() {
    DeepAr model = model(DeepArNetwork.Kind.LSTM, 6, 1, false);
    double[] values = values();
    Forecast forecast = forecast(model, without(values, 50, 60));
    double level = Arrays.stream(values, 0, 50).average().orElseThrow();
    // Six draws of the context and one more, after four steps of the series' own, of 50 each.
    double expected = Math.sqrt(7 * SPREAD * level * SPREAD * level + 4 * 2500);
    assertThat(forecast.quantile(0, 0.5)).isCloseTo(values[49], within(0.2 * expected));
    assertThat(deviation(forecast, 0)).isCloseTo(expected, within(0.1 * expected));
  }

  @ParameterizedTest
  @CsvSource({"1, false", "1, true", "4, false", "4, true", "12, false", "12, true"})
  void whatLiesBeforeASeriesIsItsLevel(int skipLag, boolean standardized) {
    // With a lag of twelve nothing that a forecast begins as was ever seen.
    DeepAr model = model(DeepArNetwork.Kind.LSTM, 12, skipLag, standardized);
    double[] few = {1010, 990, 1000, 1005, 995};
    double[] padded = new double[20];
    Arrays.fill(padded, Double.NaN);
    System.arraycopy(few, 0, padded, 15, 5);
    for (double[] values : List.of(few, padded)) {
      for (double median : forecast(model, values).quantiles(0.5)) {
        assertThat(median).isCloseTo(1000, within(30.0));
      }
    }
  }

  @Test
  void aGapInsideLeavesWhatFollowsIt() {
    DeepAr model = model(DeepArNetwork.Kind.GRU, 12, 1, false);
    isDrawn(forecast(model, without(values(), 50, 59)), 0, 950, SPREAD * 960, 1);
  }

  @Test
  void whatHasDivergedIsNotDrawnFrom() {
    DeepAr model = model(DeepArNetwork.Kind.LSTM, 12, 1, false);
    Tensor bias = model.parameters().value(model.output.bias());
    for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e25}) {
      bias.set(1, number);
      assertThatThrownBy(() -> forecast(model, values()))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("series a: the forecast of 1990-01-03T12:00 is no finite number");
    }
  }
}
