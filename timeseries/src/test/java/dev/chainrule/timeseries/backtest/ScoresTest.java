package dev.chainrule.timeseries.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Values worked out from the definitions of M4 and GluonTS. */
class ScoresTest {
  private static final Offset<Double> TIGHT = within(1e-9);

  /** Two series of two steps, three draws each: medians 10, 20 and 2, 6. */
  private static Scores scores() {
    List<SeriesHistory> histories =
        List.of(
            SeriesHistory.of("a", new double[] {1, 3, 2, 4}, 1),
            SeriesHistory.of("b", new double[] {5, 5, 6, 8}, 1));
    List<double[]> actuals = List.of(new double[] {12, 16}, new double[] {0, Double.NaN});
    List<Forecast> forecasts =
        List.of(
            new SamplePaths(new double[][] {{8, 19}, {10, 20}, {14, 30}}),
            new SamplePaths(new double[][] {{1, 5}, {2, 6}, {3, 7}}));
    return Scores.of("x", new Backtest(List.of(), histories, actuals), forecasts);
  }

  @Test
  void pointMetricsOfAllValuesAndMeansOverSeries() {
    Scores s = scores();
    // Errors 2, -4 and -2; sum of the absolute values 28.
    assertThat(s.nd()).isCloseTo(8 / 28.0, TIGHT);
    assertThat(s.mae()).isCloseTo(8 / 3.0, TIGHT);
    assertThat(s.rmse()).isCloseTo(Math.sqrt(24 / 3.0), TIGHT);
    assertThat(s.nrmse()).isCloseTo(Math.sqrt(24 / 3.0) / (28 / 3.0), TIGHT);
    // Scales (2 + 1 + 2) / 3 and (0 + 1 + 2) / 3.
    assertThat(s.mase()).isCloseTo((3 / (5 / 3.0) + 2 / 1.0) / 2, TIGHT);
    assertThat(s.smape()).isCloseTo(((400 / 22.0 + 800 / 36.0) / 2 + 200) / 2, TIGHT);
    // The value of zero has no percentage.
    assertThat(s.mape()).isCloseTo((100 * 2 / 12.0 + 100 * 4 / 16.0) / 2, TIGHT);
    // The naive forecasts are 4 and 8.
    double naiveMase = ((8 + 12) / 2.0 / (5 / 3.0) + 8) / 2;
    double naiveSmape = ((1600 / 16.0 + 2400 / 20.0) / 2 + 200) / 2;
    assertThat(s.owa()).isCloseTo((s.smape() / naiveSmape + s.mase() / naiveMase) / 2, TIGHT);
  }

  @Test
  void originsBeforeTheSeriesAreRefusedAlsoWhereTheirProductOverflows() {
    Series series =
        new Series("a", Series.START, Frequency.of("D"), new double[] {1, 2, 3, 4, 5, 6, 7});
    assertThat(Backtest.rolling(List.of(series), 2, 3, 1).histories()).hasSize(3);
    assertThatThrownBy(() -> Backtest.rolling(List.of(series), 1 << 16, 1 << 16, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("series a: has 7 values, expected more than 65536 windows of 65536");
  }

  @Test
  void aSeriesThatChangesByRoundingHasNoScale() {
    double[] values = {0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3};
    Backtest backtest =
        new Backtest(
            List.of(), List.of(SeriesHistory.of("a", values, 1)), List.of(new double[] {0.4, 0.5}));
    Forecast forecast = new SamplePaths(new double[][] {{0.3, 0.3}});
    assertThat(Scores.of("x", backtest, List.of(forecast)).mase()).isNaN();
  }

  @Test
  void printsAsSomethingToRead() {
    assertThat(scores().toString())
        .startsWith(scores().name() + ": MASE 1.900, sMAPE 110.1, OWA ")
        .doesNotContain("@");
    assertThat(scores().steps().getFirst().toString()).startsWith("step 1: ND ").contains(" %");
    assertThat(new Backtest(List.of(), List.of(), List.of()).toString())
        .isEqualTo("backtest of 0 series: 0 forecasts of 0 steps");
  }

  @Test
  void distributionMetrics() {
    Scores s = scores();
    // Of 8, 10, 14 and 12: (4 + 2 + 2) / 3 less (2 + 6 + 4) / 9; so for the others.
    double crps = (8 / 3.0 - 12 / 9.0) + (3 + 4 + 14) / 3.0 - (1 + 11 + 10) / 9.0;
    crps += (1 + 2 + 3) / 3.0 - (1 + 2 + 1) / 9.0;
    assertThat(s.crps()).isCloseTo(crps / 3, TIGHT);
    double loss = 0;
    double[][] draws = {{8, 10, 14}, {19, 20, 30}, {1, 2, 3}};
    double[] actual = {12, 16, 0};
    for (int i = 0; i < 3; i++) {
      for (int k = 1; k <= 9; k++) {
        double at = 0.2 * k;
        int below = (int) Math.min(1, Math.floor(at));
        double quantile = draws[i][below] + (at - below) * (draws[i][below + 1] - draws[i][below]);
        double error = actual[i] - quantile;
        loss += 2 * Math.max(0.1 * k * error, (0.1 * k - 1) * error) / 9;
      }
    }
    assertThat(s.meanWeightedQuantileLoss()).isCloseTo(loss / 28, TIGHT);
    // Ends of 95 %: 8.1 to 13.8, 19.05 to 29.5 (missed by 3.05), 1.05 to 2.95 (by 1.05).
    double first = (5.7 + 10.45 + 40 * 3.05) / 2 / (5 / 3.0);
    assertThat(s.msis()).isCloseTo((first + 1.9 + 40 * 1.05) / 2, TIGHT);
  }

  @Test
  void aSeriesOfWhichNothingCameLeavesTheScoresAlone() {
    SeriesHistory history = SeriesHistory.of("a", new double[] {1, 3, 2, Double.NaN}, 1);
    Forecast forecast = new SamplePaths(new double[][] {{8, 19}, {10, 20}, {14, 30}});
    double[] actual = {12, 16};
    double[] nothing = {Double.NaN, Double.NaN};
    Scores one =
        Scores.of(
            "x", new Backtest(List.of(), List.of(history), List.of(actual)), List.of(forecast));
    Scores two =
        Scores.of(
            "x",
            new Backtest(List.of(), List.of(history, history), List.of(actual, nothing)),
            List.of(forecast, forecast));
    // The last value there is, 2, for both steps.
    double naiveSmape = (2000 / 14.0 + 2800 / 18.0) / 2;
    double naiveMase = 12 / 1.5;
    assertThat(one.owa()).isCloseTo((one.smape() / naiveSmape + one.mase() / naiveMase) / 2, TIGHT);
    assertThat(two).usingRecursiveComparison().isEqualTo(one);
  }

  @Test
  void calibration() {
    Scores s = scores();
    // Ends of 50 %: 9 to 12 holds 12; no other interval holds its value.
    assertThat(s.coverage()).containsEntry("0.5", 1 / 3.0).containsEntry("0.95", 1 / 3.0);
    // Ranks 2 of 0 to 3, and twice 0: tenths of 0.5 to 0.75 and of 0 to 0.25.
    assertThat(s.pit()).hasSize(10);
    assertThat(s.pit()[0] + s.pit()[1] + s.pit()[2]).isCloseTo(2 / 3.0, TIGHT);
    assertThat(s.pit()[5] + s.pit()[6] + s.pit()[7]).isCloseTo(1 / 3.0, TIGHT);
  }

  @Test
  void stepsOfTheHorizonApart() {
    StepScores first = scores().steps().get(0);
    assertThat(first.nd()).isCloseTo(4 / 12.0, TIGHT);
    assertThat(first.rmse()).isCloseTo(2, TIGHT);
    assertThat(first.coverage()).isCloseTo(0.5, TIGHT);
    assertThat(first.width()).isCloseTo((5.7 + 1.9) / 12, TIGHT);
    StepScores second = scores().steps().get(1);
    assertThat(second.step()).isEqualTo(2);
    assertThat(second.nd()).isCloseTo(4 / 16.0, TIGHT);
    assertThat(second.rmse()).isCloseTo(4, TIGHT);
  }
}
