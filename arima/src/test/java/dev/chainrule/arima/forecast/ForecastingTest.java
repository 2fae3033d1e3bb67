package dev.chainrule.arima.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForecastingTest {
  private static Series series(String id, double... values) {
    return new Series(id, Series.START, Frequency.STEPS, values);
  }

  private static double[] seasonal(int n, int period, double noise, long seed) {
    Random random = new Random(seed);
    double[] shape = random.doubles(Math.max(1, period), -10, 10).toArray();
    double[] y = new double[n];
    for (int t = 0; t < n; t++) {
      double season = period > 1 ? shape[t % period] : 0;
      y[t] = 100 + 0.2 * t + season + noise * random.nextGaussian();
    }
    return y;
  }

  private static SeriesData data(Series... series) {
    return new SeriesData("test", List.of(series), Map.of(), Frequency.STEPS, true, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 7, 12, 24})
  void findsTheSeasonOfNumbersThatOnlyCount(int period) {
    List<double[]> values = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      values.add(seasonal(12 * period, period, 2, i));
    }
    assertThat(SeasonSearch.found(values)).isEqualTo(period);
  }

  @Test
  void aSeasonThatGoesUpAndDownTwiceIsNotHalfAsLong() {
    double[] shape = {1, 5, 2, 8};
    double[] exact = new double[40];
    double[] noisy = new double[120];
    double[] halves = new double[120];
    Random random = new Random(5);
    Arrays.setAll(exact, t -> shape[t % 4]);
    Arrays.setAll(noisy, t -> shape[t % 4] + 0.5 * random.nextGaussian());
    Arrays.setAll(halves, t -> shape[t % 2] + 0.5 * random.nextGaussian());
    assertThat(SeasonSearch.found(List.of(exact))).isEqualTo(4);
    assertThat(SeasonSearch.found(List.of(noisy))).isEqualTo(4);
    assertThat(SeasonSearch.found(List.of(halves))).isEqualTo(2);
  }

  @Test
  void findsNoSeasonInNoiseAndInRandomWalks() {
    List<double[]> noise = new ArrayList<>();
    List<double[]> walks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double[] walk = seasonal(80, 1, 3, i);
      noise.add(walk.clone());
      Arrays.parallelPrefix(walk, Double::sum);
      walks.add(walk);
    }
    assertThat(SeasonSearch.found(noise)).isEqualTo(1);
    assertThat(SeasonSearch.found(walks)).isEqualTo(1);
    assertThat(SeasonSearch.found(List.of(new double[50]))).isEqualTo(1);
  }

  @Test
  void datesSayTheSeasonAndHalfHoursHaveADay() {
    Frequency half = Frequency.of("30min");
    List<Series> days = List.of(new Series("a", Series.START, half, new double[200]));
    assertThat(SeasonSearch.of(days)).isEqualTo(48);
    List<Series> months = List.of(new Series("a", Series.START, Frequency.of("M"), new double[60]));
    assertThat(SeasonSearch.of(months)).isEqualTo(12);
    List<Series> year = List.of(new Series("a", Series.START, Frequency.of("M"), new double[20]));
    assertThat(SeasonSearch.of(year)).isEqualTo(1);
  }

  @Test
  void badSeriesAreNamedAndTheOthersGoOn() {
    double[] missing = new double[30];
    Arrays.fill(missing, Double.NaN);
    double[] gap = seasonal(60, 12, 1, 4);
    Arrays.fill(gap, 20, 25, Double.NaN);
    Outlook outlook =
        Forecasting.of(6)
            .forecast(
                data(
                    series("good", seasonal(60, 12, 1, 3)),
                    series("constant", new double[40]),
                    series("one", 3),
                    series("missing", missing),
                    series("gap", gap),
                    series("short", 1, 2, 4)));
    assertThat(outlook.problems().keySet()).containsExactly("constant", "one", "missing");
    assertThat(outlook.problems().get("constant")).contains("all 40 values are 0.0");
    assertThat(outlook.problems().get("one")).contains("found one value, expected 3");
    assertThat(outlook.problems().get("missing")).contains("found no value");
    assertThat(outlook.entries().stream().map(e -> e.series().id()))
        .containsExactly("good", "gap", "short");
    for (Outlook.Entry entry : outlook.entries()) {
      for (int h = 0; h < 6; h++) {
        assertThat(entry.forecast().quantile(h, 0.9))
            .isGreaterThan(entry.forecast().quantile(h, 0.1));
      }
    }
    assertThatThrownBy(() -> Forecasting.of(2).forecast(data(series("flat", 5, 5, 5, 5, 5))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("series flat: all 5 values are 5.0");
  }

  @Test
  void aSeriesThatRepeatsItselfExactlyHasIntervalsOfSomeWidth() {
    double[] exact = new double[48];
    Arrays.setAll(exact, t -> t % 4);
    Outlook outlook = Forecasting.of(4).forecast(data(series("exact", exact)));
    var forecast = outlook.entries().getFirst().forecast();
    for (int h = 0; h < 4; h++) {
      assertThat(forecast.quantile(h, 0.975)).isGreaterThan(forecast.quantile(h, 0.025));
      assertThat(forecast.mean(h)).isBetween(-0.5 + h % 4, 0.5 + h % 4);
    }
  }

  @Test
  void oneValueFarFromAllOthersIsTakenAsMissing() {
    double[] clean = seasonal(72, 12, 2, 9);
    double[] typo = clean.clone();
    typo[40] *= 1000;
    Forecasting settings = Forecasting.of(6).withModels(List.of("ets", "theta"));
    var expected = settings.forecast(data(series("a", clean))).entries().getFirst();
    var found = settings.forecast(data(series("a", typo))).entries().getFirst();
    assertThat(found.series().values()).isEqualTo(typo);
    for (int h = 0; h < 6; h++) {
      double width = found.forecast().quantile(h, 0.9) - found.forecast().quantile(h, 0.1);
      assertThat(width)
          .isLessThan(
              1.5 * (expected.forecast().quantile(h, 0.9) - expected.forecast().quantile(h, 0.1)));
      assertThat(found.forecast().mean(h)).isBetween(80.0, 145.0);
    }
    Run run = settings.run(List.of(series("a", typo)), List.of(), Watch.NONE);
    assertThat(run.farValues()).hasSize(1);
    assertThat(run.farValues().getFirst()).contains("series a", "taken as missing");
  }

  @Test
  void newLevelsHeavyTailsAndSparseDemandAreNotTakenAsMissing() {
    Random random = new Random(2);
    double[] level = random.doubles(60, 9, 11).toArray();
    Arrays.setAll(level, t -> t < 40 ? level[t] : 1000 * level[t]);
    double[] last = random.doubles(60, 9, 11).toArray();
    last[59] = 5000;
    double[] heavy = new double[200];
    Arrays.setAll(heavy, t -> Math.exp(2 * random.nextGaussian()));
    double[] sparse = new double[60];
    Arrays.setAll(sparse, t -> t % 7 == 0 ? 300 * random.nextDouble() : 0);
    for (double[] y : List.of(level, last, heavy, sparse, new double[60])) {
      assertThat(FarValues.of(y)).isEmpty();
    }
    last[57] = 5000;
    last[59] = 10;
    assertThat(FarValues.of(last)).containsExactly(57);
  }

  @Test
  void threadsChangeNothing() {
    Series[] some = new Series[6];
    Arrays.setAll(some, i -> series("s" + i, seasonal(40, 4, 2, i)));
    List<double[]> means = new ArrayList<>();
    for (int threads : new int[] {1, 3}) {
      Forecasting settings = new Forecasting(5, List.of("auto"), 3, null, 1000, threads, 7);
      Outlook outlook = settings.forecast(data(some));
      means.add(
          outlook.entries().stream()
              .flatMapToDouble(e -> Arrays.stream(e.forecast().means()))
              .toArray());
      assertThat(outlook.comparison()).contains("seasonal_naive", "combination");
    }
    assertThat(means.get(0)).isEqualTo(means.get(1));
  }

  @Test
  void aFewWindowsOfOneSeriesDoNotOutweighAllSeries() {
    Comparison comparison = new Comparison(List.of("a", "combination"), 12);
    boolean[] both = {true, true};
    for (int i = 0; i < 12; i++) {
      comparison.begin(i, 1, both);
      // Worse on all series but two, of which one is a little and one a lot better.
      double loss = i == 0 ? 0.8 : i == 1 ? 0.1 : 1.4;
      comparison.add(i, 0, new WindowErrors(loss, loss, loss, 1, 1, 1));
      comparison.add(i, 1, new WindowErrors(1, 1, 1, 1, 1, 1));
    }
    comparison.end();
    assertThat(comparison.ranking(0)).containsExactly(1, 0);
    assertThat(comparison.ranking(1)).containsExactly(0, 1);
    assertThat(comparison.scores().getFirst().chosen()).isEqualTo(1);
  }

  @Test
  void whatFailedOnAWindowComesLastAndASeriesWithoutWindowsTakesTheBestOfAll() {
    Comparison comparison = new Comparison(List.of("a", "b", "combination"), 3);
    boolean[] all = {true, true, true};
    for (int i = 0; i < 3; i++) {
      comparison.begin(i, i == 2 ? 0 : 1, all);
    }
    for (int i = 0; i < 2; i++) {
      comparison.add(i, 0, new WindowErrors(0.5, 0.5, 0.5, 1, 1, 1));
      comparison.add(i, 2, new WindowErrors(1, 1, 1, 1, 1, 1));
    }
    comparison.end();
    assertThat(comparison.ranking(0)).containsExactly(0, 2, 1);
    assertThat(comparison.ranking(2).getFirst()).isEqualTo(0);
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Forecasting.of(0)).hasMessageContaining("horizon: found 0");
    Forecasting of = Forecasting.of(3);
    assertThatThrownBy(() -> of.withModels(List.of("prophet")))
        .hasMessageContaining("models: found prophet, expected some of auto, naive");
    SeriesData tiny = data(series("a", 1, 2, 3, 5, 4));
    assertThatThrownBy(() -> Forecasting.of(50).forecast(tiny))
        .hasMessageContaining("horizon: found 50, expected at most 5");
    assertThatThrownBy(() -> of.withSeason(12).forecast(tiny))
        .hasMessageContaining("season: found 12, expected at most 2");
  }
}
