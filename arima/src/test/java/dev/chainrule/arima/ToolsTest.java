package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.auto.AutoArimaForecaster;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.random.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ToolsTest {
  private static double[] ar1(int n) {
    CounterRandom rng = CounterRandom.of(3);
    double[] x = new double[n];
    for (int t = 0; t < n; t++) {
      x[t] = (t > 0 ? 0.8 * x[t - 1] : 0) + rng.nextGaussian();
    }
    return x;
  }

  @Test
  void simulatedIntervalsNearTheAnalyticOnes() {
    ArimaFit fit = Arima.fit(ArimaTest.logPassengers(), ArimaTest.AIRLINE);
    ArimaForecast analytic = Forecasts.of(fit, 6);
    for (Simulation.Innovations kind : Simulation.Innovations.values()) {
      SamplePaths paths =
          Simulation.future(fit, 6, Regressors.NONE, 20_000, kind, CounterRandom.of(1));
      for (int h = 0; h < 6; h++) {
        double se = analytic.standardErrors()[h];
        assertThat(paths.mean(h)).isCloseTo(analytic.mean(h), within(0.05 * se));
        assertThat(paths.quantile(h, 0.9)).isCloseTo(analytic.quantile(h, 0.9), within(0.2 * se));
      }
    }
  }

  @Test
  void freeSimulationHasTheModelsAutocorrelation() {
    ArimaFit fit = Arima.fit(ar1(300), ArimaSpec.of(1, 0, 0));
    double[] x = Simulation.free(fit, 20_000, Simulation.Innovations.NORMAL, CounterRandom.of(2));
    double phi = fit.coefficients().get("ar1");
    assertThat(Diagnostics.acf(x, 1)[1]).isCloseTo(phi, within(0.02));
    assertThat(Diagnostics.pacf(x, 2)[1]).isCloseTo(0, within(0.03));
  }

  @Test
  void smoothingAnAr1IsTheKnownWeighting() {
    double[] x = ar1(60);
    x[30] = Double.NaN;
    ArimaFit fit = Arima.fit(x, ArimaSpec.of(1, 0, 0));
    double phi = fit.coefficients().get("ar1");
    double mean = fit.coefficients().get("intercept");
    var filled = Interpolator.fill(fit);
    double expected = mean + phi / (1 + phi * phi) * (x[29] + x[31] - 2 * mean);
    assertThat(filled.values()[30]).isCloseTo(expected, within(1e-9));
    assertThat(filled.standardErrors()[30])
        .isCloseTo(Math.sqrt(fit.sigma2() / (1 + phi * phi)), within(1e-9));
  }

  @Test
  void logDensitiesSumToTheLikelihood() {
    ArimaFit fit = Arima.fit(ar1(80), ArimaSpec.of(1, 0, 1));
    assertThat(Arrays.stream(fit.logDensities()).sum())
        .isCloseTo(fit.logLikelihood(), within(1e-8));
  }

  @Test
  void residualTestsTellNoiseFromStructure() {
    double[] x = ar1(400);
    ArimaFit fit = Arima.fit(x, ArimaSpec.of(1, 0, 0));
    assertThat(Diagnostics.ljungBox(fit.residuals(), 10, 1).pValue()).isGreaterThan(0.01);
    assertThat(Diagnostics.ljungBox(x, 10, 0).pValue()).isLessThan(1e-6);
    assertThat(Diagnostics.jarqueBera(fit.residuals()).pValue()).isGreaterThan(0.01);
    double[] skewed = Arrays.stream(x).map(Math::exp).toArray();
    assertThat(Diagnostics.jarqueBera(skewed).pValue()).isLessThan(1e-6);
  }

  @Test
  void everyArEstimatorFindsTheCoefficient() {
    double[] x = ar1(2000);
    for (ArEstimator.Method method : ArEstimator.Method.values()) {
      var model = ArEstimator.fit(x, method, OptionalInt.of(1));
      assertThat(model.coefficients()[0]).isCloseTo(0.8, within(0.04));
      assertThat(model.variance()).isCloseTo(1, within(0.1));
    }
    double[] missing = {1, Double.NaN, 2};
    assertThatThrownBy(() -> ArEstimator.fit(missing, ArEstimator.Method.BURG, OptionalInt.of(1)))
        .hasMessageContaining("observation 2 is missing");
  }

  @Test
  void shortSeriesGetShorterAutoregressionsByTheCorrectedCriterion() {
    double[] x = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
    for (ArEstimator.Method method : ArEstimator.Method.values()) {
      var corrected = ArEstimator.fit(x, method, OptionalInt.empty());
      var plain = ArEstimator.fit(x, method, OptionalInt.empty(), Criterion.AIC);
      assertThat(corrected.order()).as(method.name()).isLessThanOrEqualTo(plain.order());
      assertThat(corrected.criterion()[corrected.order()]).isZero();
      for (int p = 1; p <= 6; p++) {
        double more = corrected.criterion()[p] - corrected.criterion()[0];
        double less = plain.criterion()[p] - plain.criterion()[0];
        double k = p + 2;
        assertThat(more - less).isCloseTo(2 * k * (k + 1) / (15 - k) - 12.0 / 13, within(1e-9));
      }
    }
  }

  @Test
  void boxCoxGoesBothWays() {
    for (double lambda : new double[] {-0.5, 0, 0.3, 1, 2}) {
      BoxCox boxCox = BoxCox.of(lambda);
      for (double x : new double[] {0.5, 1, 100}) {
        assertThat(boxCox.inverse(boxCox.transform(x))).isCloseTo(x, within(1e-9 * x));
      }
    }
    BoxCox adjusted = new BoxCox(0, true);
    assertThat(adjusted.inverse(1, 0.1)).isCloseTo(Math.exp(1) * 1.05, within(1e-12));
  }

  @Test
  void forecasterTakesManySeriesAndCovariates() {
    double[] x = ar1(60);
    double[] z = new double[66];
    Arrays.setAll(z, t -> t % 5 == 0 ? 1 : 0);
    for (int t = 0; t < 60; t++) {
      x[t] += 10 * z[t];
    }
    SeriesHistory with = new SeriesHistory("a", x, 1, new double[][] {z});
    SeriesHistory without = SeriesHistory.of("b", Series.airPassengers(), 12);
    var forecasts = AutoArimaForecaster.defaults().forecast(List.of(with, without), 6, 1);
    assertThat(forecasts).hasSize(2);
    assertThat(forecasts.get(0).mean(0) - forecasts.get(0).mean(1)).isGreaterThan(7);
    assertThat(forecasts.get(1).horizon()).isEqualTo(6);
  }
}
