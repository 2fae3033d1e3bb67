package dev.chainrule.timeseries.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.WindowSampling;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsSearchTest {
  private static final int HORIZON = 4;

  private static Series series(String id, double... values) {
    return new Series(id, Series.START, Frequency.of("Q"), values);
  }

  /** Small waves far above zero. */
  private static List<Series> waves(int count, int length) {
    Random random = new Random(3);
    List<Series> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int phase = i % 4;
      double[] values = new double[length];
      Arrays.setAll(
          values,
          t -> 1000 + 3 * Math.sin((t + phase) * Math.PI / 2) + 0.2 * random.nextGaussian());
      result.add(series("w" + i, values));
    }
    return result;
  }

  private static SettingsSearch search(UnaryOperator<DeepArConfig> given, double budget) {
    Recipe recipe = SeriesTraining.usualRecipe().withBatchSize(16).withSeed(7);
    return new SettingsSearch(
        HORIZON,
        config -> given.apply(config.withNetwork(1, 8, 0)),
        recipe,
        true,
        WindowSampling.usual(),
        null,
        budget);
  }

  private static SettingsChoice choose(SettingsSearch search, List<Series> series)
      throws IOException {
    try (Engine engine = Engines.open("vector", 1)) {
      return search.choose(series, engine, new TrainingListener() {}, () -> false);
    }
  }

  @Test
  void smallChangesFarFromZeroAreStandardizedAndTheChoiceRepeatsItself() throws IOException {
    List<Series> series = waves(20, 32);
    SettingsSearch search = search(config -> config, 0.5);
    SettingsChoice choice = choose(search, series);
    assertThat(choice.config().standardized()).isTrue();
    assertThat(choice.config().likelihood()).isEqualTo("student_t");
    assertThat(choice.reasons().getFirst()).contains("likelihood student_t: values are no counts");
    assertThat(choice.reasons().get(1)).contains("of the last 8 values of 20 series");
    assertThat(choice.reasons()).filteredOn(line -> line.endsWith(", chosen")).hasSize(1);
    assertThat(choice.reasons().getLast())
        .startsWith(1 + choice.training().further().size() + " network");
    assertThat(choose(search, series).reasons()).isEqualTo(choice.reasons());
  }

  @Test
  void whatIsGivenStaysAndTheRestIsChosen() throws IOException {
    List<Series> series = waves(6, 32);
    SettingsChoice choice =
        choose(search(config -> config.withStandardizing(false).withContext(5), 0.1), series);
    assertThat(choice.config().standardized()).isFalse();
    assertThat(choice.config().contextLength()).isEqualTo(5);
    assertThat(choice.config().lags()).endsWith(11, 12, 13);
    assertThat(choice.reasons().toString())
        .contains("no vectors", "a vector for each series")
        .doesNotContain("standardized");
    SettingsChoice counts =
        choose(search(config -> config.withLikelihood("gaussian"), 0.1), zeros(6, 32));
    assertThat(counts.config().likelihood()).isEqualTo("gaussian");
    // Counts cannot be standardised: who asks for it gets another family.
    SettingsChoice moved =
        choose(search(config -> config.withStandardizing(true), 0.1), zeros(6, 32));
    assertThat(moved.config().likelihood()).isEqualTo("student_t");
  }

  private static List<Series> zeros(int count, int length) {
    Random random = new Random(4);
    List<Series> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = new double[length];
      Arrays.setAll(values, t -> random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0);
      result.add(series("z" + i, values));
    }
    return result;
  }

  @Test
  void countsGetTheNegativeBinomialDistribution() throws IOException {
    SettingsChoice choice = choose(search(config -> config, 0.1), zeros(6, 32));
    assertThat(choice.config().likelihood()).isEqualTo("negative_binomial");
    assertThat(choice.config().standardized()).isFalse();
    assertThat(choice.reasons().getFirst()).contains("whole numbers from 0");
    assertThat(ValueKind.of(List.of(series("a", 0, 1, 1, 0))).likelihood()).isEqualTo("bernoulli");
    assertThat(ValueKind.of(List.of(series("a", 900, 1011, 870))).likelihood())
        .isEqualTo("student_t");
    assertThat(ValueKind.of(List.of(series("a", 1.5, Double.NaN, 0))).likelihood())
        .isEqualTo("student_t");
  }

  @Test
  void stepsThatAreGivenAreNotExceededAndTheBudgetBoundsTrials() throws IOException {
    List<Series> series = waves(6, 32);
    SettingsSearch free = search(config -> config, 0.1);
    SettingsSearch fixed =
        new SettingsSearch(
            HORIZON, free.given(), free.recipe().withSteps(12), false, free.windows(), 3, 60);
    assertThat(choose(fixed, series).training().recipe().training().limits().steps()).isEqualTo(12);
    assertThat(choose(fixed, series).training().further()).hasSize(2);
    assertThat(choose(free, series).training().further()).isEmpty();
    assertThat(heard(fixed, series)).isIn(3L * 3 + 12, 3L * 3 + 2 * 12);
    assertThat(heard(free, series)).isIn(3L * 25 + 100, 3L * 25 + 2 * 100);
    assertThatThrownBy(() -> search(config -> config, Double.NaN))
        .hasMessageContaining("budget NaN, expected a number of seconds above 0");
  }

  private static long heard(SettingsSearch search, List<Series> series) throws IOException {
    AtomicLong steps = new AtomicLong();
    try (Engine engine = Engines.open("vector", 1)) {
      TrainingListener counting =
          new TrainingListener() {
            @Override
            public void stepDone(long step, double nll, double norm, double rate) {
              steps.set(step);
            }
          };
      search.choose(series, engine, counting, () -> false);
    }
    return steps.get();
  }

  @Test
  void theEndsAreNotLearnedAndShortSeriesStayWhole() {
    List<Series> series = new ArrayList<>(waves(70, 20));
    series.add(series("short", 1, 2, 3, 4, 5, 6, 7));
    HeldOutEnds ends = HeldOutEnds.of(series, HORIZON, 4);
    assertThat(ends.windows()).isEqualTo(1);
    assertThat(ends.histories()).hasSize(70);
    assertThat(ends.training()).hasSize(71);
    assertThat(ends.training().getFirst().length()).isEqualTo(16);
    assertThat(ends.training().getLast().length()).isEqualTo(7);
    assertThat(HeldOutEnds.of(series.subList(70, 71), HORIZON, 4).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void whereNothingCanBeHeldOutTheUsualSettingsAreTaken(int count) throws IOException {
    List<Series> series = waves(count, 7);
    SettingsChoice choice = choose(search(config -> config, 0.1), series);
    // Half of the series' length.
    assertThat(choice.config().lags()).containsExactly(1, 2, 3);
    assertThat(choice.reasons().get(1)).contains("no series has values for two forecasts of 4");
    assertThat(choice.training().recipe().training().limits().steps()).isEqualTo(2000);
  }

  @Test
  void seriesThatAreTooShortAreLeftOutByName() {
    Series tiny = series("tiny", 1, 2, 3);
    Learnable some = Learnable.of(List.of(series("long", 1, 2, 3, 4, 5), tiny), HORIZON);
    assertThat(some.series()).hasSize(1);
    assertThat(some.others()).contains("1 of 2 series", "series tiny");
    assertThat(Learnable.of(List.of(tiny), HORIZON).series()).containsExactly(tiny);
  }
}
