package dev.chainrule.timeseries.deepar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What trained networks make of covariates, new observations and new series. */
class CovariateTrainingTest {
  private static final Frequency DAYS = Frequency.of("D");
  private static final int LENGTH = 120;
  private static final int HORIZON = 4;
  private static final CovariateNames NAMES =
      new CovariateNames(List.of("promotion"), List.of(), List.of(), List.of("town"));

  @TempDir Path folder;

  /** Ten without and thirty with a promotion, which is known beyond the end. */
  private static Series shop(String id, int seed, String town) {
    RandomGenerator rng = CounterRandom.of(seed);
    double[] promotion = new double[LENGTH + HORIZON];
    double[] values = new double[LENGTH];
    for (int t = 0; t < promotion.length; t++) {
      promotion[t] = rng.nextInt(2);
      if (t < LENGTH) {
        values[t] = 10 + 20 * promotion[t] + 0.1 * rng.nextGaussian();
      }
    }
    Covariates covariates =
        new Covariates(new double[][] {promotion}, new double[0], List.of(town));
    return new Series(id, Series.START, DAYS, values).withCovariates(covariates);
  }

  private static List<Series> shops() {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      series.add(shop("shop" + i, i, i == 0 ? "Ulm" : "Bonn"));
    }
    return series;
  }

  private static DeepAr train(List<Series> series, Engine engine, double scheduledSampling)
      throws IOException {
    DeepArInputs inputs = DeepArInputs.of(NAMES, series, List.of(LocalDate.of(1990, 1, 6)));
    DeepArConfig config =
        DeepArConfig.of(DAYS, 8, HORIZON)
            .withLags(new int[] {1, 7}, 1)
            .withNetwork(1, 12, 0)
            .withCategories(series.size())
            .withInputs(inputs);
    DeepAr model = new DeepAr(config);
    Fit.of(250, 16, 1e-2)
        .with(new WindowSampling(0, scheduledSampling))
        .train(model, series, engine);
    return model;
  }

  private static void assertFollowsPromotion(Forecast forecast, Series series) {
    for (int h = 0; h < HORIZON; h++) {
      double expected = 10 + 20 * series.covariates().columns()[0][LENGTH + h];
      assertThat(forecast.quantile(h, 0.5)).isCloseTo(expected, within(8.0));
    }
  }

  @Test
  void followsAColumnThatIsKnownAheadForSeriesSeenAndUnseen() throws IOException {
    List<Series> series = shops();
    try (Engine engine = Engines.open("vector", 1)) {
      DeepAr model = train(series, engine, 0);
      new Checkpoint(folder.resolve("model"), DeepArFolder.KIND, DeepArFolder.FILES)
          .write(
              new Checkpoint.Content(
                  model.config(),
                  model.parameters(),
                  null,
                  null,
                  null,
                  List.of(),
                  DeepArFolder.writer(series)));
      DeepArFolder read = DeepArFolder.read(folder.resolve("model"));
      assertThat(read.model().config().inputs()).isEqualTo(model.config().inputs());
      assertThat(read.known().getFirst().covariates().categories()).containsExactly("Ulm");

      List<Series> all = new ArrayList<>(series);
      all.add(shop("new in a known town", 7, "Ulm"));
      all.add(shop("new in a new town", 8, "Rome"));
      DeepArForecaster forecaster = new DeepArForecaster(read.model(), read.known(), 50, engine);
      List<Forecast> forecasts = forecaster.forecastSeries(all, HORIZON, 1);
      for (int i = 0; i < all.size(); i++) {
        assertFollowsPromotion(forecasts.get(i), all.get(i));
      }
      Series first = series.getFirst();
      double[][] columns = first.covariates().columns();
      SeriesHistory history = new SeriesHistory(first.id(), first.values(), 7, columns);
      assertThat(forecaster.forecast(List.of(history), HORIZON, 1).getFirst().means())
          .isEqualTo(forecaster.forecastSeries(List.of(first), HORIZON, 1).getFirst().means());
      SeriesHistory bare = SeriesHistory.of(first.id(), first.values(), 7);
      assertThatThrownBy(() -> forecaster.forecast(List.of(bare), HORIZON, 1))
          .hasMessage("series shop0: has 0 columns of covariates, expected 1 as in training");
    }
  }

  @Test
  void learnsFromItsOwnDrawsToo() throws IOException {
    List<Series> series = shops();
    try (Engine engine = Engines.open("vector", 1)) {
      DeepAr model = train(series, engine, 1);
      DeepArForecaster forecaster = new DeepArForecaster(model, series, 50, engine);
      List<Forecast> forecasts = forecaster.forecastSeries(series, HORIZON, 1);
      for (int i = 0; i < series.size(); i++) {
        assertFollowsPromotion(forecasts.get(i), series.get(i));
      }
    }
  }

  @Test
  void followsNewObservationsWithoutBeingTrainedAgain() throws IOException {
    List<Series> series = new ArrayList<>();
    RandomGenerator rng = CounterRandom.of(3);
    for (int i = 0; i < 3; i++) {
      double[] values = new double[LENGTH];
      for (int t = 0; t < LENGTH; t++) {
        values[t] = t % 40 < 20 ? 10 + rng.nextGaussian() : 30 + rng.nextGaussian();
      }
      series.add(new Series("s" + i, Series.START, DAYS, values));
    }
    DeepArConfig config =
        DeepArConfig.of(DAYS, 8, HORIZON).withLags(new int[] {1, 2}, 1).withNetwork(1, 8, 0);
    DeepAr model = new DeepAr(config);
    try (Engine engine = Engines.open("vector", 1)) {
      Fit.of(100, 16, 1e-2).train(model, series, engine);
      DeepArForecaster forecaster = new DeepArForecaster(model, series, 50, engine);
      double[] values = series.getFirst().values();
      for (int observed : new int[] {55, 65, 75, 85, 95}) {
        double[] known = java.util.Arrays.copyOf(values, observed);
        SeriesHistory history = SeriesHistory.of("s0", known, 1);
        double median = forecaster.forecast(List.of(history), 1, 1).getFirst().quantile(0, 0.5);
        assertThat(median).isCloseTo(observed % 40 < 20 ? 10 : 30, within(6.0));
      }
    }
  }
}
