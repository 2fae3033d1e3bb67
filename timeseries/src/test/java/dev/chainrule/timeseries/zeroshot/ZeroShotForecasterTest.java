package dev.chainrule.timeseries.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.DistributionMetrics;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Naive;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZeroShotForecasterTest {
  private static List<Forecast> forecast(List<SeriesHistory> histories, int horizon, int threads)
      throws IOException {
    try (Engine engine = Engines.open("vector", threads)) {
      return ZeroShotForecaster.shipped(engine).forecast(histories, horizon, 1);
    }
  }

  private static SeriesHistory wave(int n, int period) {
    double[] y = new double[n];
    Arrays.setAll(y, t -> 100 + 20 * Math.sin(2 * Math.PI * t / period) + (t * 37 % 11) * 0.3);
    return SeriesHistory.of("wave" + n, y, period);
  }

  @Test
  void madeUpSeriesThatItHasNotSeenAreForecastBetterThanByTheSeasonBefore() throws IOException {
    List<SeriesHistory> histories = new ArrayList<>();
    List<double[]> actuals = new ArrayList<>();
    int horizon = 12;
    for (int i = 0; i < 200; i++) {
      SyntheticSeries series = SyntheticSeries.of(987_654, i, 100);
      double[] past = Arrays.copyOf(series.values(), 100 - horizon);
      if (Arrays.stream(past).anyMatch(v -> !Double.isNaN(v))) {
        histories.add(SeriesHistory.of("s" + i, past, series.period()));
        actuals.add(Arrays.copyOfRange(series.values(), 100 - horizon, 100));
      }
    }
    List<Forecast> naive = new Naive(Naive.Kind.SEASONAL_NAIVE).forecast(histories, horizon, 1);
    assertThat(loss(forecast(histories, horizon, 2), actuals, histories))
        .isLessThan(0.9 * loss(naive, actuals, histories));
  }

  /** Quantile losses in units of the series. */
  private static double loss(
      List<Forecast> forecasts, List<double[]> actuals, List<SeriesHistory> histories) {
    double sum = 0;
    for (int i = 0; i < forecasts.size(); i++) {
      double[] past = histories.get(i).values();
      double scale = Normalisation.of(past, past.length, 1).scale();
      for (double p : new double[] {0.1, 0.5, 0.9}) {
        double[] quantiles = forecasts.get(i).quantiles(p);
        sum += DistributionMetrics.quantileLoss(actuals.get(i), quantiles, p) / scale;
      }
    }
    return sum;
  }

  @Test
  void aSeriesIsForecastTheSameAloneAndAmongOthersOnAnyThreads() throws IOException {
    List<SeriesHistory> many =
        List.of(wave(5, 1), wave(40, 4), wave(41, 4), wave(700, 24), wave(39, 4));
    List<Forecast> together = forecast(many, 20, 2);
    for (int i = 0; i < many.size(); i++) {
      double[] alone = forecast(List.of(many.get(i)), 20, 1).getFirst().quantiles(0.8);
      assertThat(together.get(i).quantiles(0.8)).containsExactly(alone, within(1e-4));
    }
  }

  @Test
  void anOffsetAndAUnitGoThrough() throws IOException {
    SeriesHistory one = wave(96, 12);
    double[] moved = Arrays.stream(one.values()).map(v -> 1e6 * (v - 200)).toArray();
    Forecast before = forecast(List.of(one), 12, 1).getFirst();
    Forecast after = forecast(List.of(SeriesHistory.of("m", moved, 12)), 12, 1).getFirst();
    assertThat(after.horizon()).isEqualTo(12);
    assertThat(before.mean(3)).isBetween(80.0, 130.0);
    assertThat(after.mean(3)).isNegative();
  }

  @Test
  void whatIsNotBelowZeroIsNotForecastBelowZero() throws IOException {
    double[] counts = new double[60];
    counts[10] = 3;
    counts[40] = 1;
    SeriesHistory sparse = SeriesHistory.of("c", counts, 12);
    assertThat(forecast(List.of(sparse), 12, 1).getFirst().quantiles(0.01)).containsOnly(0);
  }

  @Test
  void aSingleValueAndGapsAreForecast() throws IOException {
    double[] gaps = {Double.NaN, 3, Double.NaN, 4, Double.NaN};
    List<Forecast> forecasts =
        forecast(
            List.of(SeriesHistory.of("g", gaps, 1), SeriesHistory.of("o", new double[] {7}, 12)),
            64,
            1);
    for (Forecast each : forecasts) {
      for (int h = 0; h < 64; h++) {
        assertThat(each.quantile(h, 0.95)).isFinite().isGreaterThan(each.quantile(h, 0.05));
      }
    }
  }

  @Test
  void aSeriesWithoutValuesIsRefusedByName() {
    double[] none = {Double.NaN, Double.NaN};
    assertThatThrownBy(() -> forecast(List.of(wave(9, 1), SeriesHistory.of("n", none, 1)), 2, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("series n: all 2 values are missing, expected one at least");
  }

  @Test
  void damagedWeightsAndThoseOfAnotherShapeAreRefused(@TempDir Path folder) throws IOException {
    ZeroShotConfig small = new ZeroShotConfig(2, 3, 2, 1, 2, 8);
    ZeroShot model = new ZeroShot(small);
    model.parameters().allocate(DType.FLOAT32, 1);
    model.parameters().values().set(0, Double.NaN);
    SafetensorsWriter writer = new SafetensorsWriter();
    model.parameters().views(model.parameters().values()).forEach(writer::add);
    Path file = folder.resolve("weights.safetensors");
    writer.write(file);
    try (Engine engine = Engines.open("vector", 1)) {
      ZeroShotForecaster damaged = ZeroShotForecaster.of(file, small, engine);
      assertThatThrownBy(() -> damaged.forecast(List.of(wave(9, 1)), 2, 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("its weights are damaged");
      assertThatThrownBy(
              () -> ZeroShotForecaster.of(file, new ZeroShotConfig(2, 3, 2, 1, 2, 16), engine))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("expected [16");
    }
  }

  @Test
  void aHorizonThatItDoesNotReachIsRefused() {
    for (int horizon : new int[] {0, 65}) {
      assertThatThrownBy(() -> forecast(List.of(wave(30, 1)), horizon, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("horizon " + horizon + ", expected 1 to the 64");
    }
  }
}
