package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.arima.statespace.DiffuseStart;
import dev.chainrule.arima.unitroot.Differencing;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArimaTest {
  static final ArimaSpec AIRLINE =
      ArimaSpec.of(new ArimaOrder(0, 1, 1), new SeasonalOrder(0, 1, 1, 12));

  static double[] logPassengers() {
    return Arrays.stream(Series.airPassengers()).map(Math::log).toArray();
  }

  @Test
  void airlineModelHasItsWellKnownFit() {
    ArimaFit fit =
        Arima.fit(
            logPassengers(),
            AIRLINE,
            Regressors.NONE,
            FitOptions.defaults().withLikelihood(DiffuseStart.R));
    assertThat(fit.coefficients().get("ma1")).isCloseTo(-0.4018, within(1e-4));
    assertThat(fit.coefficients().get("sma1")).isCloseTo(-0.5569, within(1e-4));
    assertThat(fit.logLikelihood()).isCloseTo(244.6995, within(1e-4));
    assertThat(fit.standardErrors().get("ma1")).isCloseTo(0.0896, within(1e-4));
    assertThat(fit.aicc()).isCloseTo(-483.2101, within(1e-3));
  }

  @Test
  void aFitAndAForecastPrintAsPeopleReadThem() {
    ArimaFit fit = Arima.fit(logPassengers(), AIRLINE);
    assertThat(fit.toString())
        .startsWith("ARIMA(0,1,1)(0,1,1)[12]\n\nCoefficients:\n")
        .contains("     ma1     sma1\n", "s.e.     0.08", "sigma^2 = 0.0013", "AIC=-483.");
    assertThat(Forecasts.of(fit, 2).toString()).contains("mean", "to (95 %)", "\n2  6.0");
  }

  @Test
  void likelihoodInModeRHasRsLastDigits() {
    // stats::arima(y, c(0,2,2), c(0,1,1), fixed = c(-1.3, 0.35, -0.4), transform.pars = FALSE),
    // R 4.2.2; three differences at kappa 1e6 leave eight digits that do not depend on rounding.
    FitOptions held =
        FitOptions.defaults()
            .withLikelihood(DiffuseStart.R)
            .withFixed(Map.of("ma1", -1.3, "ma2", 0.35, "sma1", -0.4));
    ArimaSpec spec = ArimaSpec.of(new ArimaOrder(0, 2, 2), new SeasonalOrder(0, 1, 1, 12));
    double[] y = Series.airPassengers();
    assertThat(Arima.fit(y, spec, Regressors.NONE, held).logLikelihood())
        .isCloseTo(-520.98304478090756, within(1e-10));
    for (int t : new int[] {29, 76, 77, 78}) {
      y[t] = Double.NaN;
    }
    assertThat(Arima.fit(y, spec, Regressors.NONE, held).logLikelihood())
        .isCloseTo(-507.15320594609415, within(1e-10));
  }

  @Test
  void searchesEndWhereTheOptimumLiesOnTheBorder() {
    // Differences of noise have their moving-average roots on the unit circle, twice or thrice.
    double[] noise = new java.util.Random(3).doubles(92, -1, 1).toArray();
    double[] y = Differencing.difference(Differencing.difference(noise, 1), 1);
    for (int p = 0; p <= 2; p++) {
      ArimaFit fit = Arima.fit(y, ArimaSpec.of(p, 0, 2));
      assertThat(fit.converged()).as(fit.spec().toString()).isTrue();
      assertThat(fit.coefficients().get("ma2")).isCloseTo(1, within(0.05));
    }
    double[] again = Differencing.difference(y, 4);
    SeasonalOrder seasonal = new SeasonalOrder(1, 0, 1, 4);
    assertThat(Arima.fit(again, ArimaSpec.of(new ArimaOrder(1, 0, 2), seasonal)).converged())
        .isTrue();
  }

  @Test
  void exactLikelihoodIsThatOfTheDifferencedSeries() {
    // Of the airline model at (-0.4, -0.55), to six decimals, from an independent implementation.
    ArimaFit fit =
        Arima.fit(
            logPassengers(),
            AIRLINE,
            Regressors.NONE,
            FitOptions.defaults().withFixed(Map.of("ma1", -0.4, "sma1", -0.55)));
    assertThat(fit.logLikelihood()).isCloseTo(244.691551, within(1e-6));
  }

  @Test
  void missingValuesLeaveTheExactLikelihoodOfTheOthers() {
    double[] y = logPassengers();
    double[] shorter = Arrays.copyOfRange(y, 0, 120);
    double[] padded = Arrays.copyOf(y, 130);
    Arrays.fill(padded, 120, 130, Double.NaN);
    ArimaFit a = Arima.fit(shorter, AIRLINE);
    ArimaFit b = Arima.fit(padded, AIRLINE);
    assertThat(b.logLikelihood()).isCloseTo(a.logLikelihood(), within(1e-6));
    assertThat(Forecasts.of(b, 2).mean(0)).isCloseTo(Forecasts.of(a, 12).mean(10), within(1e-4));
  }

  @Test
  void badInputIsRefusedInASentence() {
    double[] constant = new double[30];
    Arrays.fill(constant, 5);
    assertThatThrownBy(() -> Arima.fit(constant, ArimaSpec.of(1, 0, 0)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("constant (5.0)");
    assertThatThrownBy(() -> Arima.fit(new double[] {1, 2, 4}, ArimaSpec.of(2, 1, 1)))
        .hasMessageContaining("found 3 observations, expected at least 5");
    double[] missing = {Double.NaN, Double.NaN};
    assertThatThrownBy(() -> Arima.fit(missing, ArimaSpec.of(0, 0, 0)))
        .hasMessageContaining("all 2 observations are missing");
    double[] infinite = {1, 2, Double.POSITIVE_INFINITY};
    assertThatThrownBy(() -> Arima.fit(infinite, ArimaSpec.of(0, 0, 0)))
        .hasMessageContaining("observation 3 is infinite");
    double[] ramp = new double[144];
    Arrays.setAll(ramp, t -> t);
    Regressors twice = new Regressors(List.of("a", "b"), new double[][] {ramp, ramp});
    assertThatThrownBy(() -> Arima.fit(logPassengers(), AIRLINE, twice, FitOptions.defaults()))
        .hasMessageContaining("regressor a");
    assertThatThrownBy(() -> ArimaSpec.of(-1, 0, 0)).hasMessageContaining("p = -1");
    assertThatThrownBy(() -> ArimaSpec.of(1, 7, 0)).hasMessageContaining("d = 7");
  }

  @Test
  void futureRegressorsMustMatch() {
    double[] y = logPassengers();
    double[] x = new double[144];
    Arrays.setAll(x, t -> Math.sin(t));
    Regressors one = new Regressors(List.of("x"), new double[][] {x});
    ArimaFit fit = Arima.fit(y, ArimaSpec.of(1, 1, 0), one, FitOptions.defaults());
    assertThatThrownBy(() -> Forecasts.of(fit, 3)).hasMessageContaining("found none");
    Regressors two = new Regressors(List.of("x", "z"), new double[2][3]);
    assertThatThrownBy(() -> Forecasts.of(fit, 3, two, IntervalMethod.NORMAL))
        .hasMessageContaining("found 2 columns, expected 1");
  }

  @Test
  void everySeriesGetsAModelHoweverShort() {
    for (double[] y :
        new double[][] {
          {1, 2}, {1, 2, 4}, {3, 3, 3, 3}, {1, 2, 3, 4, 5, 6}, {0, 0, 1, 0, 0, 0, 2, 0, 0, 0}
        }) {
      AutoResult result = AutoArima.fit(y, AutoOptions.forPeriod(1));
      for (double f : Forecasts.of(result.fit(), 3).means()) {
        assertThat(f).isFinite();
      }
    }
  }

  @Test
  void intervalsWidenWithWhatTheyAccountFor() {
    ArimaFit fit = Arima.fit(logPassengers(), AIRLINE);
    double[] normal = Forecasts.of(fit, 12).standardErrors();
    double[] estimation =
        Forecasts.of(fit, 12, Regressors.NONE, IntervalMethod.ESTIMATION).standardErrors();
    double[] calibrated =
        Forecasts.of(fit, 12, Regressors.NONE, IntervalMethod.CALIBRATED).standardErrors();
    for (int h = 0; h < 12; h++) {
      assertThat(estimation[h]).isGreaterThanOrEqualTo(normal[h]);
      assertThat(calibrated[h]).isBetween(0.85 * estimation[h], 4 * estimation[h]);
    }
  }
}
