package dev.chainrule.timeseries.deepar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsTest {
  private static final Frequency HOURS = Frequency.of("H");
  private static final Offset<Double> TIGHT = within(1e-6);

  private static DeepArConfig config(boolean standardized) {
    return DeepArConfig.of(HOURS, 4, 3)
        .withLikelihood("gaussian")
        .withLags(new int[] {1, 2, 5}, 1)
        .withStandardizing(standardized);
  }

  /** 1, 2, 3, ... */
  private static double[] counted(int length) {
    double[] values = new double[length];
    Arrays.setAll(values, i -> i + 1);
    return values;
  }

  private static WindowBatch window(DeepArConfig config, double[] values, int start) {
    List<Series> series = List.of(new Series("a", Series.START, HOURS, values));
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, 1, 7, config);
    new Windows(config, series, 3).write(batch, 0, 0, start, 0, true);
    return batch;
  }

  @Test
  void holdsHistoryContextAndForecastRange() {
    WindowBatch window = window(config(false), counted(20), 10);
    assertThat(window.history().toDoubles()).containsExactly(2, 3, 4, 5, 6);
    assertThat(window.elements().toDoubles()).containsExactly(7, 8, 9, 10, 11, 12, 13);
    assertThat(window.centres().get(0)).isZero();
    assertThat(window.scales().get(0)).isCloseTo(8.5, TIGHT);
    // The first step is the seventh of the series, at six in the morning; its age is six.
    int width = config(false).numCovariates();
    assertThat(window.covariates().get(0)).isCloseTo(6 / 23.0 - 0.5, TIGHT);
    assertThat(window.covariates().get(width)).isCloseTo(7 / 23.0 - 0.5, TIGHT);
    assertThat(window.covariates().get(4)).isCloseTo(Math.log10(8), TIGHT);
  }

  @Test
  void standardizesByMeanAndDeviationOfTheContext() {
    WindowBatch window = window(config(true), counted(20), 10);
    assertThat(window.centres().get(0)).isCloseTo(8.5, TIGHT);
    assertThat(window.scales().get(0)).isCloseTo(Math.sqrt(1.25), TIGHT);
  }

  @Test
  void keepsMissingValuesAndWhatLiesOutsideOfTheSeriesMissing() {
    double[] values = counted(20);
    values[7] = Double.NaN;
    WindowBatch window = window(config(false), values, 10);
    assertThat(window.elements().get(1)).isNaN();
    assertThat(window.scales().get(0)).isCloseTo(26 / 3.0, TIGHT);
    WindowBatch early = window(config(false), values, 2);
    // What lies before the series is fed as the level of the context.
    assertThat(early.history().toDoubles()).containsOnly(1.5);
    assertThat(early.elements().toDoubles()).containsExactly(Double.NaN, Double.NaN, 1, 2, 3, 4, 5);
    assertThat(early.scales().get(0)).isCloseTo(1.5, TIGHT);
  }

  @Test
  void fillsTheHistoryFromWhatCameBefore() {
    double[] values = counted(20);
    Arrays.fill(values, 4, 6, Double.NaN);
    assertThat(window(config(false), values, 10).history().toDoubles())
        .containsExactly(2, 3, 4, 4, 4);
    DeepArConfig seasonal = config(false).withLags(new int[] {1, 2, 5}, 5);
    assertThat(window(seasonal, values, 12).history().toDoubles()).containsExactly(4, 4, 1, 7, 8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aContextWithoutValuesHasTheLevelOfThoseBefore(boolean standardized) {
    double[] values = counted(20);
    Arrays.fill(values, 6, 10, Double.NaN);
    WindowBatch window = window(config(standardized), values, 10);
    assertThat(window.centres().get(0)).isCloseTo(standardized ? 3.5 : 0, TIGHT);
    double deviation = Math.sqrt(17.5 / 6);
    assertThat(window.scales().get(0)).isCloseTo(standardized ? deviation : 3.5, TIGHT);
    DeepArConfig counts = config(false).withLikelihood("negative_binomial");
    assertThat(window(counts, values, 10).scales().get(0)).isCloseTo(4.5, TIGHT);
  }

  @Test
  void seesTheLastCovariateInPlaceOfAMissingOne() {
    DeepArConfig config =
        config(false)
            .withInputs(
                new DeepArInputs(
                    List.of(new DeepArInputs.Column("price", 5, 2)),
                    List.of(new DeepArInputs.Column("visitors", 5, 2)),
                    List.of(),
                    List.of(),
                    List.of()));
    double[] price = counted(20);
    Arrays.fill(price, 0, 7, Double.NaN);
    Arrays.fill(price, 9, 20, Double.NaN);
    Series series =
        new Series("a", Series.START, HOURS, counted(20))
            .withCovariates(Covariates.NONE.withColumns(new double[][] {price, price}));
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, 1, 7, config);
    new Windows(config, List.of(series), 3).write(batch, 0, 0, 10, 0, true);
    double[] known = new double[7];
    double[] observed = new double[7];
    for (int t = 0; t < 7; t++) {
      known[t] = batch.covariates().get((long) t * config.numCovariates() + 5);
      observed[t] = batch.covariates().get((long) t * config.numCovariates() + 6);
    }
    // None is known before the eighth, whose price is 8; that of the ninth goes on.
    assertThat(known).containsExactly(0, 1.5, 2, 2, 2, 2, 2);
    assertThat(observed).containsExactly(0, 0, 0, 0, 1.5, 2, 2);
  }

  @Test
  void drawsNoWindowThatSeesNothingBeforeItsForecast() {
    double[] values = counted(20);
    Arrays.fill(values, 0, 12, Double.NaN);
    List<Series> late = List.of(new Series("late", Series.START, HOURS, values));
    WindowBatch batch = new WindowSource(config(true), late, 200, 0, 1).at(0);
    for (int row = 0; row < 200; row++) {
      assertThat(batch.centres().get(row)).isBetween(12.0, 16.0);
    }
    Arrays.fill(values, 0, 17, Double.NaN);
    List<Series> later = List.of(new Series("later", Series.START, HOURS, values));
    assertThatThrownBy(() -> new WindowSource(config(true), later, 2, 0, 1))
        .hasMessage(
            "series later: its first 17 values are missing, expected one before the last 3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatComesAfterTheContextChangesNothingBefore(boolean standardized) {
    double[] other = counted(20);
    Arrays.fill(other, 10, 20, 1000);
    WindowBatch expected = window(config(standardized), counted(20), 10);
    WindowBatch window = window(config(standardized), other, 10);
    assertThat(window.history().toDoubles()).isEqualTo(expected.history().toDoubles());
    assertThat(window.covariates().toDoubles()).isEqualTo(expected.covariates().toDoubles());
    assertThat(window.centres().get(0)).isEqualTo(expected.centres().get(0));
    assertThat(window.scales().get(0)).isEqualTo(expected.scales().get(0));
    assertThat(Arrays.copyOf(window.elements().toDoubles(), 4))
        .isEqualTo(Arrays.copyOf(expected.elements().toDoubles(), 4));
  }

  @Test
  void seesKnownColumnsAtTheirStepAndObservedOnesAForecastLater() {
    DeepArConfig config =
        config(false)
            .withInputs(
                new DeepArInputs(
                    List.of(new DeepArInputs.Column("price", 0, 1)),
                    List.of(new DeepArInputs.Column("visitors", 0, 1)),
                    List.of(),
                    List.of(),
                    List.of()));
    Series series =
        new Series("a", Series.START, HOURS, counted(20))
            .withCovariates(Covariates.NONE.withColumns(new double[][] {counted(20), counted(20)}));
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, 1, 7, config);
    new Windows(config, List.of(series), 3).write(batch, 0, 0, 10, 0, true);
    // The last step is the thirteenth; before it come four numbers of the calendar and the age.
    long at = 6L * config.numCovariates() + 5;
    assertThat(batch.covariates().get(at)).isEqualTo(13);
    assertThat(batch.covariates().get(at + 1)).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5", "0.5, 0.75", "1, 0.9"})
  void drawsSeriesByAPowerOfTheirLevel(double power, double share) {
    double[] low = new double[20];
    double[] high = new double[20];
    Arrays.fill(low, 1);
    Arrays.fill(high, -9);
    List<Series> series =
        List.of(
            new Series("low", Series.START, HOURS, low),
            new Series("high", Series.START, HOURS, high));
    WindowBatch batch =
        new WindowSource(config(false).withCategories(2), series, 4000, power, 1).at(0);
    double highs = 0;
    for (int row = 0; row < 4000; row++) {
      highs += batch.scales().get(row) > 5 ? 1 : 0;
    }
    assertThat(highs / 4000).isCloseTo(share, within(0.03));
  }
}
