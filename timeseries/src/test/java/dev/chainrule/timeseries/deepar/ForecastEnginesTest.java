package dev.chainrule.timeseries.deepar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.testkit.FarEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Forecasts are the same on every engine, with their past read once or anew at every step. */
class ForecastEnginesTest {
  private static final Frequency HOURS = Frequency.of("H");
  private static final int PATHS = 7;
  private static final int HORIZON = 5;

  static DeepAr model(DeepArNetwork.Kind kind, String likelihood) {
    DeepArConfig config =
        DeepArConfig.of(HOURS, 12, HORIZON)
            .withLikelihood(likelihood)
            .withLags(new int[] {1, 2, 4, 20}, 1)
            .withNetwork(new DeepArNetwork(kind, 2, 8, 8, 2, 0))
            .withStandardizing(true)
            .withCategories(5);
    DeepAr model = new DeepAr(config);
    model.parameters().allocate(DType.FLOAT32, 3);
    return model;
  }

  /**
   * Five series: one with gaps in the context if wanted, one of few values, one with a gap before.
   */
  private static List<Series> series(boolean gaps, boolean gapBefore) {
    List<Series> series = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      double[] values = new double[50];
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.rint(100 + 20 * Math.sin(i + number) + number * 10);
      }
      if (gaps && number == 1) {
        values[44] = Double.NaN;
        values[49] = Double.NaN;
      }
      if (gaps && number == 3) {
        Arrays.fill(values, 0, 41, Double.NaN);
      }
      if (gapBefore && number == 2) {
        values[30] = Double.NaN;
      }
      series.add(new Series("s" + number, Series.START, HOURS, values));
    }
    return series;
  }

  private static double[] paths(DeepAr model, List<Series> series, Engine engine) {
    List<Forecast> forecasts =
        new DeepArForecaster(model, series, PATHS, engine).forecastSeries(series, HORIZON, 11);
    return forecasts.stream()
        .flatMap(forecast -> Arrays.stream(((SamplePaths) forecast).paths()))
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  @ParameterizedTest
  @EnumSource
  void pathsAreTheSameOnEveryEngine(DeepArNetwork.Kind kind) {
    DeepAr model = model(kind, "student_t");
    for (List<Series> series :
        List.of(series(false, false), series(true, false), series(true, true))) {
      double[] expected;
      try (Engine vector = Engines.open("vector", 1)) {
        expected = paths(model, series, vector);
      }
      List<Engine> others =
          List.of(
              Engines.open("vector", 2),
              Engines.open("reference", 1),
              Engines.open("nd4j", 1),
              new FarEngine());
      for (Engine engine : others) {
        try (engine) {
          assertThat(paths(model, series, engine))
              .as(engine.name())
              .containsExactly(expected, within(0.05));
        }
      }
    }
  }

  /**
   * Forecasts of a seed stay what they are: a path of the first, the second and the last series.
   */
  @ParameterizedTest
  @CsvSource({
    "LSTM, false, 79.95269601109072, 107.87487519033432, 147.74622949066975",
    "LSTM, true, 79.95269601138415, 95.13555763122906, 147.74622949066975",
    "GRU, false, 79.95420354077842, 107.74581576391313, 147.16278283522072",
    "GRU, true, 79.95420353940558, 95.0602220956615, 147.16278283522072",
    "TRANSFORMER, false, 75.98737941325659, 103.57380797075427, 143.81170250804382",
    "TRANSFORMER, true, 75.98737941325659, 90.359027604382, 143.81170250804382"
  })
  void aSeedGivesThePathsThatItGave(
      DeepArNetwork.Kind kind, boolean gaps, double first, double second, double last) {
    try (Engine engine = Engines.open("vector", 1)) {
      double[] paths = paths(model(kind, "student_t"), series(gaps, gaps), engine);
      assertThat(paths[HORIZON - 1]).isCloseTo(first, within(1e-3));
      assertThat(paths[2 * PATHS * HORIZON - 1]).isCloseTo(second, within(1e-3));
      assertThat(paths[paths.length - 1]).isCloseTo(last, within(1e-3));
    }
  }

  /**
   * The weights go up once, however many groups of series there are; a step brings its rows down.
   */
  @Test
  void weightsAreCopiedOncePerForecaster() {
    DeepAr model = model(DeepArNetwork.Kind.LSTM, "gaussian");
    List<Series> series = series(false, false);
    FarEngine far = new FarEngine();
    DeepArForecaster forecaster = new DeepArForecaster(model, series, 200, far);
    far.resetCounts();
    forecaster.forecastSeries(series, HORIZON, 11);
    // Every group has one series: 200 paths, HORIZON steps, two outputs each.
    assertThat(far.downloadedElements()).isEqualTo(5L * 200 * HORIZON * 2);
    double before = forecaster.forecastSeries(series, HORIZON, 11).getFirst().mean(0);
    model.parameters().value(model.output.bias()).fill(9);
    assertThat(forecaster.forecastSeries(series, HORIZON, 11).getFirst().mean(0)).isEqualTo(before);
  }

  /** Streams that share a past can be reset and forked like those of any decoder. */
  @ParameterizedTest
  @EnumSource
  void repeatedStepsGoBackToWhereTheyBegan(DeepArNetwork.Kind kind) {
    DeepAr model = model(kind, "gaussian");
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, 2, 9, model.config());
    CounterRandom rng = CounterRandom.of(4);
    for (long i = 0; i < batch.elements().size(); i++) {
      batch.elements().set(i, rng.nextDouble(0.5, 2));
    }
    try (Engine engine = Engines.open("vector", 1)) {
      DeepArSteps past = new DeepArSteps(model, engine, model.parameters(), batch);
      Tensor two = Tensor.of(new float[] {1, 2}, 2);
      past.feed(two);
      past.feed(two);
      DeepArSteps many = past.repeat(3);
      assertThat(many.capacity()).isEqualTo(7);
      double[] begun = many.conditional().toDoubles();
      Tensor six = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 6);
      many.feed(six);
      double[] once = many.conditional().toDoubles();
      many.feed(six);
      many.reset();
      assertThat(many.conditional().toDoubles()).isEqualTo(begun);
      many.feed(six);
      assertThat(many.conditional().toDoubles()).isEqualTo(once);
      assertThat(begun).isNotEqualTo(once);
    }
    assertThat(batch.repeat(2).first(3).toDoubles())
        .containsExactly(
            java.util.stream.IntStream.of(0, 0, 1, 1)
                .mapToObj(b -> Arrays.copyOf(batch.elements().slice(b, b + 1).toDoubles(), 3))
                .flatMapToDouble(Arrays::stream)
                .toArray());
  }

  @Test
  void scheduledSamplingDrawsOnAnyEngine() {
    DeepAr model = model(DeepArNetwork.Kind.LSTM, "student_t");
    List<Series> series = series(true, true);
    double[][] fed = new double[2][];
    int i = 0;
    for (Engine engine : List.of(Engines.open("vector", 1), new FarEngine())) {
      try (engine) {
        WindowSource windows = new WindowSource(model.config(), series, 6, 0, 3);
        fed[i++] = new ScheduledSampling(windows, model, engine, 1, 10, 3).at(9).fed().toDoubles();
      }
    }
    assertThat(fed[1]).containsExactly(fed[0], within(0.05));
    double[] values =
        new WindowSource(model.config(), series, 6, 0, 3).at(9).elements().toDoubles();
    int changed = 0;
    for (int k = 0; k < values.length; k++) {
      boolean context = k % model.config().windowLength() < model.config().contextLength();
      boolean same = Double.compare(values[k], fed[0][k]) == 0;
      assertThat(same || !context).isTrue();
      assertThat(same || !Double.isNaN(values[k])).isTrue();
      changed += same ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(15);
  }

  /** The decoder that every model has, with the paths' conditions: what the fast one is held to. */
  @Test
  void decodersSpeakForTheWeightsOfTheirBeginning() {
    DeepAr model = model(DeepArNetwork.Kind.GRU, "gaussian");
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, 1, 4, model.config());
    for (Engine engine : List.of(Engines.open("vector", 1), new FarEngine())) {
      try (engine;
          Decoder decoder = model.decoder(engine, batch)) {
        double before = decoder.conditional().get(0);
        model.parameters().value(model.output.bias()).fill(9);
        decoder.reset();
        assertThat(decoder.conditional().get(0)).isEqualTo(before);
        model.parameters().value(model.output.bias()).fill(0);
      }
    }
  }
}
