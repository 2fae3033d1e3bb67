package dev.chainrule.timeseries.deepar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.core.train.DivergenceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeepArTest {
  private static final Frequency HOURS = Frequency.of("H");

  private static DeepArConfig small(String likelihood, int categories) {
    return DeepArConfig.of(HOURS, 4, 3)
        .withLags(new int[] {1, 2, 5}, 2)
        .withNetwork(2, 5, 0)
        .withCategories(categories)
        .withLikelihood(likelihood);
  }

  @TestFactory
  Stream<DynamicContainer> keepsTheContractWithEveryLikelihood() {
    return Stream.of(
            "gaussian",
            "student_t",
            "negative_binomial",
            "lognormal",
            "bernoulli",
            "beta",
            "logistic_mixture",
            "quantile_spline")
        .map(name -> DynamicContainer.dynamicContainer(name, contract(small(name, 2))));
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractWithGatedUnits() {
    return contract(small("student_t", 2).withNetwork(network(DeepArNetwork.Kind.GRU, 5)));
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractWithAttention() {
    return contract(small("student_t", 2).withNetwork(network(DeepArNetwork.Kind.TRANSFORMER, 6)));
  }

  private static DeepArNetwork network(DeepArNetwork.Kind kind, int units) {
    return new DeepArNetwork(kind, 2, units, units, 2, 0);
  }

  private static Stream<DynamicTest> contract(DeepArConfig config) {
    return ModelContract.of(
            new ModelContract.Subject<WindowBatch>(
                () -> new DeepAr(config),
                (rng, sequences, length) -> values(config, rng, sequences, length),
                7,
                0,
                0))
        .tests();
  }

  /** Without conditions, as the contract's decoder has none. */
  private static WindowBatch values(
      DeepArConfig config, RandomGenerator rng, int sequences, int length) {
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, sequences, length, config);
    for (long i = 0; i < batch.elements().size(); i++) {
      int value = rng.nextInt(0, 5);
      batch
          .elements()
          .set(
              i,
              switch (config.likelihood()) {
                case "bernoulli" -> value % 2;
                case "beta", "lognormal" -> (value + 0.5) / 5;
                default -> value;
              });
    }
    return batch;
  }

  @ParameterizedTest
  @EnumSource
  void decodesWhatItSeesAtOnceWithHistoryCovariatesCategoriesAndRepeats(DeepArNetwork.Kind kind) {
    DeepArConfig config =
        small("student_t", 2)
            .withNetwork(network(kind, 6))
            .withStandardizing(true)
            .withInputs(
                new DeepArInputs(
                    List.of(new DeepArInputs.Column("price", 0, 1)),
                    List.of(),
                    List.of(),
                    List.of(new DeepArInputs.Kinds("town", List.of("Ulm", "Bonn"))),
                    List.of("2020-01-01")));
    DeepAr model = new DeepAr(config);
    model.parameters().allocate(DType.FLOAT32, 3);
    RandomGenerator rng = CounterRandom.of(4);
    WindowBatch batch = values(config, rng, 3, 7);
    for (Tensor part :
        List.of(batch.history(), batch.covariates(), batch.centres(), batch.scales())) {
      for (long i = 0; i < part.size(); i++) {
        part.set(i, rng.nextDouble(0.5, 2));
      }
    }
    batch.categories().set(2, 2);
    batch.categories().set(3, 1);
    batch.elements().set(2, Double.NaN);
    Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
    tape.begin();
    Tensor expected = model.conditionals(tape, batch).value();
    DeepArSteps decoder =
        new DeepArSteps(model, Engines.open("vector", 1), model.parameters(), batch);
    for (int t = 0; t < 7; t++) {
      if (t == 4) {
        decoder = decoder.repeat(2);
      }
      int copies = decoder.streams() / 3;
      Tensor next = Tensor.zeros(DType.FLOAT32, decoder.streams());
      for (int s = 0; s < decoder.streams(); s++) {
        int b = s / copies;
        for (int i = 0; i < 3; i++) {
          assertThat(decoder.conditional().get(s * 3L + i))
              .isCloseTo(expected.get((b * 7L + t) * 3 + i), within(1e-4));
        }
        next.set(s, batch.elements().get(b * 7L + t));
      }
      decoder.feed(next);
    }
  }

  @Test
  void missingValuesHaveNoLikelihoodAndNoGradient() {
    DeepArConfig config = small("gaussian", 0);
    DeepAr model = new DeepAr(config);
    model.parameters().allocate(DType.FLOAT32, 3);
    WindowBatch batch = values(config, CounterRandom.of(9), 1, 7);
    batch.elements().fill(Double.NaN);
    Tape tape = Tape.training(Engines.open("vector", 1), model.parameters());
    tape.begin();
    var nll = model.nll(tape, batch);
    tape.backward(nll, 1);
    assertThat(nll.value().toDoubles()).containsOnly(0);
    assertThat(tape.gradients().toDoubles()).containsOnly(0);
  }

  @Test
  void aStandardizedWindowIsAsLikelyAtAnyLevel() {
    DeepAr model = new DeepAr(small("gaussian", 0).withStandardizing(true));
    model.parameters().allocate(DType.FLOAT32, 3);
    WindowBatch batch = values(model.config(), CounterRandom.of(9), 2, 7);
    Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
    tape.begin();
    double[] expected = model.nll(tape, batch).value().toDoubles();
    for (Tensor part : List.of(batch.elements(), batch.history(), batch.centres())) {
      for (long i = 0; i < part.size(); i++) {
        part.set(i, part.get(i) + 64);
      }
    }
    tape.begin();
    assertThat(model.nll(tape, batch).value().toDoubles()).containsExactly(expected, within(1e-5));
  }

  @Test
  void standardizedForecastsAreAtTheLevelOfTheirSeries() {
    DeepAr model = new DeepAr(small("student_t", 0).withStandardizing(true));
    model.parameters().allocate(DType.FLOAT32, 5);
    double[] values = {1003, 1004, 1006, 1005, 1007, 1009, 1008, 1009};
    Series series = new Series("a", Series.START, HOURS, values);
    try (Engine engine = Engines.open("vector", 1)) {
      DeepArForecaster forecaster = new DeepArForecaster(model, List.of(series), 21, engine);
      Forecast forecast = forecaster.forecastSeries(List.of(series), 3, 1).getFirst();
      // A network that has learned nothing goes on as the values two steps before.
      assertThat(forecast.quantiles(0.5))
          .containsExactly(new double[] {1008, 1009, 1008}, within(1.0));
    }
  }

  @Test
  void learnsASeasonAndForecastsTheSameForTheSameSeed() throws IOException {
    List<Series> series = new ArrayList<>();
    for (int number = 0; number < 4; number++) {
      double[] values = new double[120];
      for (int i = 0; i < values.length; i++) {
        values[i] = 10 * (number + 1) * (2 + Math.sin(2 * Math.PI * i / 6));
      }
      values[17] = Double.NaN;
      series.add(new Series("s" + number, Series.START, HOURS, values));
    }
    DeepArConfig config =
        DeepArConfig.of(HOURS, 12, 6)
            .withLags(new int[] {1, 2, 3, 6}, 1)
            .withNetwork(1, 16, 0)
            .withCategories(4);
    DeepAr model = new DeepAr(config);
    try (Engine engine = Engines.open("vector", 1)) {
      Fit.of(150, 16, 1e-2).with(new WindowSampling(0.5, 0)).train(model, series, engine);
      List<SeriesHistory> histories = new ArrayList<>();
      for (Series s : series) {
        histories.add(SeriesHistory.of(s.id(), s.values(), 6));
      }
      histories.add(SeriesHistory.of("never seen", series.get(1).values(), 6));
      DeepArForecaster forecaster = new DeepArForecaster(model, series, 50, engine);
      List<Forecast> forecasts = forecaster.forecast(histories, 6, 2);
      List<Forecast> again = forecaster.forecast(histories, 6, 2);
      for (int i = 0; i < forecasts.size(); i++) {
        assertThat(forecasts.get(i).quantiles(0.5)).isEqualTo(again.get(i).quantiles(0.5));
        double[] values = histories.get(i).values();
        for (int h = 0; h < 6; h++) {
          double expected = values[values.length - 6 + h];
          assertThat(forecasts.get(i).quantile(h, 0.5)).isCloseTo(expected, within(0.3 * expected));
        }
      }
    }
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
  void stopsWhereTrainingDiverged(String likelihood) {
    double[] values = new double[40];
    boolean share = likelihood.equals("beta");
    Arrays.setAll(values, i -> share ? 0.3 + 0.4 * (i % 2) : i % 2);
    if (likelihood.equals("lognormal")) {
      Arrays.setAll(values, i -> 1 + i % 2);
    }
    List<Series> series = List.of(new Series("a", Series.START, HOURS, values));
    DeepAr model = new DeepAr(small(likelihood, 0));
    Fit fit = Fit.of(50, 4, 1e25).withAverageDecay(0.99).with(new WindowSampling(0, 0.5));
    try (Engine engine = Engines.open("vector", 1)) {
      assertThatThrownBy(() -> fit.train(model, series, engine))
          .isInstanceOf(DivergenceException.class)
          .hasMessageContaining("training diverged at step 2: loss NaN");
    }
  }

  @Test
  void takesStartsOfSeriesThatItIsToldOf() {
    DeepAr model = new DeepAr(small("gaussian", 0));
    model.parameters().allocate(DType.FLOAT32, 5);
    double[] values = {3, 4, 6, 5, 7, 9, 8, 9};
    Series series = new Series("new", Series.START.plusHours(5), HOURS, values);
    List<SeriesHistory> history = List.of(SeriesHistory.of("new", values, 1));
    try (Engine engine = Engines.open("vector", 1)) {
      DeepArForecaster forecaster = new DeepArForecaster(model, List.of(), 3, engine);
      double[] expected = forecaster.forecastSeries(List.of(series), 3, 1).getFirst().means();
      assertThat(forecaster.forecast(history, 3, 1).getFirst().means()).isNotEqualTo(expected);
      DeepArForecaster told = forecaster.seeing(List.of(series));
      assertThat(told.forecast(history, 3, 1).getFirst().means()).isEqualTo(expected);
      Series daily = new Series("d", Series.START, Frequency.of("D"), values);
      assertThatThrownBy(() -> forecaster.forecastSeries(List.of(daily), 3, 1))
          .hasMessage("series d: has steps of D, expected H as the model has");
      Series missing = series.withValues(new double[] {Double.NaN, Double.NaN});
      assertThatThrownBy(() -> forecaster.forecastSeries(List.of(missing), 3, 1))
          .hasMessage("series new: all 2 values are missing");
    }
  }

  @Test
  void refusesSeriesThatItCannotLearnFrom() {
    DeepArConfig config = small("negative_binomial", 0);
    double[] negative = new double[20];
    negative[5] = -1;
    assertThatThrownBy(() -> source(config, negative))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "series a, 1990-01-01T05:00: found -1.0, expected whole numbers from 0 for the"
                + " likelihood negative_binomial");
    assertThatThrownBy(() -> source(config, new double[3]))
        .hasMessage("series a: has 3 values, expected more than the prediction length 3");
    double[] missing = new double[9];
    Arrays.fill(missing, Double.NaN);
    assertThatThrownBy(() -> source(config, missing))
        .hasMessage("series a: all 9 values are missing");
  }

  private static WindowSource source(DeepArConfig config, double[] values) {
    return new WindowSource(config, List.of(new Series("a", Series.START, HOURS, values)), 2, 0, 1);
  }

  @Test
  void refusesAConfigurationThatDoesNotFit() {
    assertThatThrownBy(() -> network(DeepArNetwork.Kind.TRANSFORMER, 5))
        .hasMessage("units 5, expected a multiple of the 2 heads");
    assertThatThrownBy(() -> small("gaussian", 0).withLags(new int[] {2, 3}, 0))
        .hasMessage("lags [2, 3], expected rising numbers from 1");
    assertThatThrownBy(() -> small("gaussian", 0).withLags(new int[] {1, 3}, 2))
        .hasMessage("skip_lag 2, expected 0 or one of the lags [1, 3]");
  }
}
