package dev.chainrule.arima.ets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.ets.EtsForecasts.Formulas;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtsTest {
  /** Quarterly earnings of Johnson and Johnson, 1960 to 1980 (R's JohnsonJohnson). */
  private static final double[] EARNINGS = {
    0.71, 0.63, 0.85, 0.44, 0.61, 0.69, 0.92, 0.55, 0.72, 0.77, 0.92, 0.6, 0.83, 0.8, 1, 0.77, 0.92,
    1, 1.24, 1, 1.16, 1.3, 1.45, 1.25, 1.26, 1.38, 1.86, 1.56, 1.53, 1.59, 1.83, 1.86, 1.53, 2.07,
    2.34, 2.25, 2.16, 2.43, 2.7, 2.25, 2.79, 3.42, 3.69, 3.6, 3.6, 4.32, 4.32, 4.05, 4.86, 5.04,
    5.04, 4.41, 5.58, 5.85, 6.57, 5.31, 6.03, 6.39, 6.93, 5.85, 6.93, 7.74, 7.83, 6.12, 7.74, 8.91,
    8.28, 6.84, 9.54, 10.26, 9.54, 8.73, 11.88, 12.06, 12.15, 8.91, 14.04, 12.96, 14.85, 9.99, 16.2,
    14.67, 16.02, 11.61
  };

  private static double[] wave(int n) {
    return IntStream.range(0, n)
        .mapToDouble(t -> (40 + t) * (1 + 0.2 * Math.sin(Math.PI * t / 2)) + Math.cos(7.0 * t * t))
        .toArray();
  }

  @Test
  void thereAreThirtyModels() {
    assertThat(EtsForm.all()).hasSize(30).doesNotHaveDuplicates();
    assertThat(EtsForm.all()).allSatisfy(f -> assertThat(EtsForm.of(f.toString())).isEqualTo(f));
    assertThat(EtsOptions.defaults().forms()).hasSize(15);
    assertThat(EtsOptions.of("all").forms()).hasSize(30);
    assertThat(EtsOptions.of("ZZN").forms()).hasSize(6);
    assertThat(EtsOptions.of("AAdN").forms()).containsExactly(EtsForm.of("A,Ad,N"));
    assertThat(EtsOptions.of("ZAdZ").forms()).allMatch(EtsForm::damped).hasSize(5);
  }

  /** Seasons of the whole series are larger than its first values; R 4.2.2's ets finds -72.8196. */
  @Test
  void seasonsThatGrowWithTheLevelAreSearchedFromThoseOfTheBeginning() {
    EtsFit fit = Ets.fit(EARNINGS, 4, EtsOptions.of("MAA"));
    assertThat(fit.logLikelihood()).isGreaterThan(-72.8196);
    assertThat(Arrays.stream(fit.parameters().seasons()).map(Math::abs).max().orElseThrow())
        .isLessThan(0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"XAA", "AA", "NAA", "ANdN", "", "ZZZZ", "MAMM"})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> EtsOptions.of(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  /**
   * Hyndman et al. 2008, tables 10.1 and 10.2: the bounds of forecastability of A,N,N and A,A,N.
   */
  @ParameterizedTest
  @CsvSource({
    "ANN, 1.99, 0, 1, true",
    "ANN, 2.01, 0, 1, false",
    "ANN, -0.01, 0, 1, false",
    "AAN, 1, 1.99, 1, true",
    "AAN, 1, 2.01, 1, false",
    "AAN, 1.9, 0.19, 1, true",
    "AAN, 1.9, 0.21, 1, false",
    "AAdN, 1, 1.79, 0.8, true",
    "AAdN, 1, 1.81, 0.8, false"
  })
  void theAdmissibleRegionIsThatOfTheBook(
      String form, double alpha, double beta, double phi, boolean inside) {
    assertThat(Admissible.contains(EtsForm.of(form), alpha, beta, 0, phi, 1)).isEqualTo(inside);
  }

  /** A seasonal root outside of the circle makes long past errors grow. */
  @Test
  void theAdmissibleRegionOfSeasonsIsWhereErrorsDieOut() {
    EtsForm form = EtsForm.of("AAA");
    double[] y = wave(400);
    for (double alpha : new double[] {0.05, 0.4, 0.9}) {
      for (double beta : new double[] {0.01, 0.3, 0.8}) {
        for (double gamma : new double[] {0.02, 0.4, 0.9}) {
          EtsParameters one =
              new EtsParameters(alpha, beta, gamma, 1, 40, 1, new double[] {0, 8, 0, -8});
          EtsParameters other =
              new EtsParameters(alpha, beta, gamma, 1, 41, 1, new double[] {0, 8, 1, -9});
          double[] a = EtsFit.of(y, 4, form, one).fitted();
          double[] b = EtsFit.of(y, 4, form, other).fitted();
          double late = 0;
          for (int t = 360; t < 400; t++) {
            late = Math.max(late, Math.abs(a[t] - b[t]));
          }
          boolean admissible = Admissible.contains(form, alpha, beta, gamma, 1, 4);
          assertThat(late < 3)
              .as("alpha %s beta %s gamma %s: %s", alpha, beta, gamma, late)
              .isEqualTo(admissible);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ANN", "AAdN", "AAA", "MNN", "MAN", "MAdA", "MNM", "MAM", "MAdM"})
  void formulasAgreeWithSimulation(String name) {
    EtsForm form = EtsForm.of(name);
    EtsParameters from =
        new EtsParameters(
            0.4,
            form.hasTrend() ? 0.1 : 0,
            form.isSeasonal() ? 0.2 : 0,
            form.damped() ? 0.9 : 1,
            40,
            form.hasTrend() ? 1 : 0,
            switch (form.season()) {
              case NONE -> new double[0];
              case ADDITIVE -> new double[] {0, 8, 0, -8};
              case MULTIPLICATIVE -> new double[] {1, 1.2, 1, 0.8};
            });
    EtsFit fit = EtsFit.of(wave(60), 4, form, from);
    Forecast formula = EtsForecasts.of(fit, 9, 1, Formulas.EXACT);
    double[][] paths = EtsForecasts.paths(fit, 9, 20_000, 3);
    for (int h = 0; h < 9; h++) {
      int step = h;
      double[] draws = Arrays.stream(paths).mapToDouble(p -> p[step]).toArray();
      double mean = Arrays.stream(draws).average().orElseThrow();
      double variance =
          Arrays.stream(draws).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
      double deviation = (formula.quantile(h, 0.975) - formula.mean(h)) / 1.959963984540054;
      assertThat(deviation)
          .as("step " + h)
          .isCloseTo(Math.sqrt(variance), within(0.025 * deviation));
      assertThat(formula.mean(h)).as("step " + h).isCloseTo(mean, within(0.04 * deviation));
    }
  }

  @Test
  void missingValuesChangeNothing() {
    double[] y = wave(60);
    double[] holes = y.clone();
    holes[20] = Double.NaN;
    holes[33] = Double.NaN;
    EtsFit fit = Ets.fit(holes, 4);
    assertThat(fit.fitted()[20]).isCloseTo(y[20], within(6.0));
    assertThat(fit.residuals()[20]).isZero();
    assertThat(fit.parameterCount()).isGreaterThan(6);
    assertThat(Ets.fit(y, 4).form().isSeasonal()).isTrue();
  }

  @Test
  void aLineIsNotForecastWithCertainty() {
    double[] line = IntStream.range(0, 30).mapToDouble(t -> 3 + 2 * t).toArray();
    EtsFit fit = Ets.fit(line, 1);
    Forecast forecast = EtsForecasts.of(fit, 3, 1, Formulas.EXACT);
    assertThat(forecast.mean(2)).isCloseTo(67, within(0.5));
    assertThat(forecast.quantile(0, 0.975)).isGreaterThan(forecast.mean(0) + 0.1);
  }

  @Test
  void shortSeriesGoOnWithTheirLastValue() {
    EtsFit fit = Ets.fit(new double[] {3, 4, 6}, 4);
    assertThat(fit.note()).contains("repeats the last value");
    Forecast forecast = EtsForecasts.of(fit, 2, 1, Formulas.EXACT);
    assertThat(forecast.mean(1)).isCloseTo(6, within(1e-3));
    assertThat(forecast.quantile(1, 0.9)).isGreaterThan(6.5);
  }

  @Test
  void whatCannotBeModelledIsSaid() {
    assertThatThrownBy(() -> Ets.fit(new double[] {2, 2, 2, 2}, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("all 4 values are 2.0");
    assertThatThrownBy(() -> Ets.fit(new double[] {Double.NaN, Double.NaN}, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no value");
    assertThatThrownBy(() -> Ets.fit(new double[] {1}, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("one value");
    assertThatThrownBy(() -> Ets.fit(new double[] {1, -2, 3, 5, 1, 2, 4}, 1, EtsOptions.of("MNN")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not above 0");
  }
}
