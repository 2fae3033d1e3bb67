package dev.chainrule.base.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values of R 4.2.2's forecast 8.20 on Nile, unless said otherwise. */
class NaiveTest {
  private static final Offset<Double> CLOSE = within(1e-3);

  /** The first twenty years of R's Nile. */
  private static final double[] NILE = {
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
    799, 958, 1140
  };

  private static Forecast forecast(Naive.Kind kind, int period, double... values) {
    return new Naive(kind)
        .forecast(List.of(SeriesHistory.of("a", values, period)), 6, 1)
        .getFirst();
  }

  private static double width(Forecast forecast, int step) {
    return forecast.quantile(step, 0.975) - forecast.quantile(step, 0.025);
  }

  private static double deviation(Forecast forecast, int step) {
    return width(forecast, step) / (2 * 1.959963985);
  }

  @Test
  void goesOnAsInR() {
    // naive, snaive (frequency 4) and rwf with drift: means and upper ends of 95 %, steps 1 and 6.
    Forecast naive = forecast(Naive.Kind.NAIVE, 1, NILE);
    assertThat(naive.mean(5)).isEqualTo(1140);
    assertThat(naive.quantile(0, 0.975)).isCloseTo(1541.08474568, CLOSE);
    assertThat(naive.quantile(5, 0.975)).isCloseTo(2122.45297053, CLOSE);
    Forecast seasonal = forecast(Naive.Kind.SEASONAL_NAIVE, 4, NILE);
    assertThat(seasonal.mean(0)).isEqualTo(1180);
    assertThat(seasonal.quantile(0, 0.975)).isCloseTo(1473.37492265, CLOSE);
    assertThat(seasonal.quantile(5, 0.975)).isCloseTo(1213.89479448, CLOSE);
    Forecast drift = forecast(Naive.Kind.DRIFT, 1, NILE);
    assertThat(drift.mean(5)).isCloseTo(1146.31578947, CLOSE);
    assertThat(drift.quantile(0, 0.975)).isCloseTo(1563.82748202, CLOSE);
    assertThat(drift.quantile(5, 0.975)).isCloseTo(2304.13240115, CLOSE);
  }

  @Test
  void aSeasonThatWasNeverSeenWholeIsTheTrueOneOrTheLastValue() {
    double[] ten = new double[10];
    Arrays.setAll(ten, i -> i + 1);
    Forecast forecast = forecast(Naive.Kind.SEASONAL_NAIVE, 12, ten);
    // Eleven and twelve were never seen; thirteen and on are one, two, three, four.
    assertThat(forecast.means()).containsExactly(10, 10, 1, 2, 3, 4);
    double[] deviations = {1, Math.sqrt(2), Math.sqrt(12), Math.sqrt(12)};
    for (int h = 0; h < deviations.length; h++) {
      assertThat(deviation(forecast, h)).isCloseTo(deviations[h], within(1e-6));
    }
  }

  @Test
  void missingEndsAreLessCertain() {
    double[] gaps = Arrays.copyOf(NILE, 23);
    Arrays.fill(gaps, 20, 23, Double.NaN);
    Forecast whole = forecast(Naive.Kind.NAIVE, 1, NILE);
    Forecast part = forecast(Naive.Kind.NAIVE, 1, gaps);
    assertThat(part.mean(0)).isEqualTo(1140);
    assertThat(width(part, 0)).isCloseTo(width(whole, 3), within(1e-6));
    // All three of the season's steps that are missing, and the one that is not.
    Forecast seasonal = forecast(Naive.Kind.SEASONAL_NAIVE, 4, gaps);
    Forecast known = forecast(Naive.Kind.SEASONAL_NAIVE, 4, NILE);
    assertThat(seasonal.mean(0)).isEqualTo(1140);
    assertThat(width(seasonal, 0)).isCloseTo(width(known, 3), within(1e-6));
    assertThat(seasonal.mean(1)).isEqualTo(1180);
    assertThat(width(seasonal, 1)).isCloseTo(width(known, 4), within(1e-6));
    Forecast drift = forecast(Naive.Kind.DRIFT, 1, gaps);
    assertThat(drift.mean(0)).isCloseTo(forecast(Naive.Kind.DRIFT, 1, NILE).mean(3), CLOSE);
    assertThat(width(drift, 0))
        .isCloseTo(width(forecast(Naive.Kind.DRIFT, 1, NILE), 3), within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void onlyEqualValuesAreCertain(Naive.Kind kind) {
    for (double[] values :
        List.of(
            new double[] {1, 2},
            new double[] {3, Double.NaN, 5},
            new double[] {1, 2, 3, 1},
            new double[] {1, 2, 3, Double.NaN, Double.NaN},
            new double[] {5, Double.NaN, Double.NaN, 4, 5})) {
      Forecast forecast = forecast(kind, 3, values);
      for (int h = 0; h < 6; h++) {
        assertThat(width(forecast, h)).as(Arrays.toString(values)).isPositive();
      }
    }
    assertThat(width(forecast(kind, 3, 7, 7, 7, 7, 7, 7, 7), 0)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void oneValueTellsNothingOfTheNext(Naive.Kind kind) {
    assertThatThrownBy(() -> forecast(kind, 3, Double.NaN, 3))
        .hasMessage(
            "series a: found one value, expected two values at least, for what a step may be");
    assertThatThrownBy(() -> forecast(kind, 3, Double.NaN, Double.NaN))
        .hasMessageStartingWith("series a: found none, expected two values");
  }
}
