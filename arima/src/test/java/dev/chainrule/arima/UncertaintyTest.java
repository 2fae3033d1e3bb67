package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.arima.statespace.DiffuseStart;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * Standard errors of models without ARMA coefficients, and intervals that have some width. Values
 * of R 4.2.2's forecast 8.20, {@code sqrt(diag(Arima(...)$var.coef))}, unless said otherwise.
 */
class UncertaintyTest {
  private static final double NAN = Double.NaN;
  private static final ArimaSpec MEAN = ArimaSpec.of(0, 0, 0);
  private static final ArimaSpec DRIFT = drift(SeasonalOrder.NONE, 1);
  private static final FitOptions LIKE_R = FitOptions.defaults().withLikelihood(DiffuseStart.R);

  private static ArimaSpec drift(SeasonalOrder seasonal, int d) {
    return new ArimaSpec(new ArimaOrder(0, d, 0), seasonal, false, true);
  }

  private static Regressors waves() {
    double[][] columns = new double[2][144];
    Arrays.setAll(columns[0], t -> Math.sin(t + 1));
    Arrays.setAll(columns[1], t -> Math.cos(0.3 * (t + 1)));
    return new Regressors(List.of("s", "c"), columns);
  }

  private static void errors(ArimaFit fit, double share, Map<String, Double> expected) {
    Map<String, Double> errors = fit.standardErrors();
    expected.forEach(
        (name, value) ->
            assertThat(errors.get(name))
                .as("%s of %s", name, fit.spec())
                .isCloseTo(value, within(share * value)));
  }

  @Test
  void modelsWithoutArmaCoefficientsHaveRsStandardErrors() {
    double[] y = ArimaTest.logPassengers();
    errors(Arima.fit(y, MEAN), 1e-4, Map.of("intercept", 0.03666018));
    errors(Arima.fit(y, DRIFT), 1e-4, Map.of("drift", 0.00887986));
    ArimaSpec seasonal = drift(new SeasonalOrder(0, 1, 0, 12), 0);
    // That of the mean of 132 seasonal steps, over 12; R, with twelve states that begin at a large
    // variance, has 0.00045385.
    errors(Arima.fit(y, seasonal), 1e-4, Map.of("drift", 0.000445426));
    errors(
        Arima.fit(y, MEAN, waves(), FitOptions.defaults()),
        1e-4,
        Map.of("intercept", 0.03665892, "s", 0.05173537, "c", 0.05222812));
    errors(
        Arima.fit(y, DRIFT, waves(), FitOptions.defaults()),
        1e-4,
        Map.of("drift", 0.00882323, "s", 0.01306067, "c", 0.04136269));
    ArimaSpec both = ArimaSpec.of(new ArimaOrder(0, 1, 0), new SeasonalOrder(0, 1, 0, 12));
    errors(
        Arima.fit(y, both, waves(), FitOptions.defaults()),
        1e-4,
        Map.of("s", 0.01048833, "c", 0.00957692));
    FitOptions power = FitOptions.defaults().withBoxCox(BoxCox.of(0.3));
    double[] passengers = Series.airPassengers();
    errors(Arima.fit(passengers, DRIFT, Regressors.NONE, power), 1e-4, Map.of("drift", 0.04815608));
    FitOptions held = LIKE_R.withFixed(Map.of("ar1", 0.3));
    ArimaSpec autoregression =
        new ArimaSpec(new ArimaOrder(1, 1, 0), SeasonalOrder.NONE, false, true);
    errors(Arima.fit(y, autoregression, Regressors.NONE, held), 1e-4, Map.of("drift", 0.01245340));
  }

  @Test
  void missingValuesKeepThem() {
    double[] y = ArimaTest.logPassengers();
    for (int t : new int[] {0, 1, 29, 30, 31, 32, 33, 34, 139}) {
      y[t] = NAN;
    }
    errors(Arima.fit(y, MEAN, Regressors.NONE, LIKE_R), 1e-4, Map.of("intercept", 0.03696596));
    errors(Arima.fit(y, DRIFT, Regressors.NONE, LIKE_R), 1e-3, Map.of("drift", 0.00898564));
  }

  @Test
  void estimationIntervalsAreLeastSquaresOfAMeanOrADrift() {
    // sqrt(12 s^2 + 12^2 s^2 / 143) of the steps' variance s^2, and s sqrt(1 + 1 / 144).
    double[] y = ArimaTest.logPassengers();
    assertThat(deviation(Arima.fit(y, DRIFT), 12)).isCloseTo(0.3842969732, within(1e-6));
    assertThat(deviation(Arima.fit(y, MEAN), 12)).isCloseTo(0.4429866071, within(1e-6));
  }

  private static double deviation(ArimaFit fit, int horizon) {
    ArimaForecast forecast = Forecasts.of(fit, horizon, Regressors.NONE, IntervalMethod.ESTIMATION);
    return forecast.standardErrors()[horizon - 1];
  }

  @Test
  void aSeasonIsNotSeenInWhatWasFilledIn() {
    double[] y = {1, 2, 3, 4, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 1, 2, 3};
    AutoResult result = AutoArima.fit(y, AutoOptions.forPeriod(4));
    ArimaForecast forecast = Forecasts.of(result.fit(), 1);
    assertThat(result.fallback()).isNull();
    assertThat(forecast.mean(0)).isCloseTo(2.285714, within(1e-6));
    assertThat(forecast.quantile(0, 0.025)).isCloseTo(0.1048677, within(1e-6));
    assertThat(forecast.quantile(0, 0.975)).isCloseTo(4.466561, within(1e-6));
  }

  @Test
  void thatOneValueTellsNothingOfOthersIsSaid() {
    AutoOptions options = AutoOptions.forPeriod(1);
    assertThat(AutoArima.fit(new double[] {NAN, 5, NAN}, options).toString())
        .contains("Note: one value does not say how far others may lie from it");
    assertThat(AutoArima.fit(new double[] {5, 5}, options).fallback()).isNull();
  }

  @Test
  void whatStandsInForAModelIsNotCertain() {
    double[] y = {1, 2, 3, 4, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 1, 2, 3};
    AutoOptions.Differences usual = AutoOptions.Differences.DEFAULT;
    AutoOptions.Differences seasonal =
        new AutoOptions.Differences(
            usual.d(),
            OptionalInt.of(1),
            usual.maxD(),
            usual.maxSeasonalD(),
            usual.test(),
            usual.seasonalTest(),
            usual.alpha());
    AutoResult result = AutoArima.fit(y, AutoOptions.forPeriod(4).withDifferences(seasonal));
    assertThat(result.fallback()).endsWith("the forecast repeats the last value");
    ArimaForecast forecast = Forecasts.of(result.fit(), 1);
    assertThat(forecast.mean(0)).isEqualTo(3);
    assertThat(forecast.standardErrors()[0]).isPositive();
  }
}
