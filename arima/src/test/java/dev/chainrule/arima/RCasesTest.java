package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.arima.statespace.DiffuseStart;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Every model that R chose or was given, at its own coefficients; and the smaller tools. */
class RCasesTest {
  private static final FitOptions R = FitOptions.defaults().withLikelihood(DiffuseStart.R);
  private static final double Z95 = 1.959963984540054;
  private final ROracle oracle = ROracle.orSkip();

  /** A model of R's with the series and the regressors it belongs to. */
  private record Case(
      String name, JsonNode expected, double[] y, Regressors past, Regressors future) {
    Case(String name, JsonNode expected, double[] y) {
      this(name, expected, y, Regressors.NONE, Regressors.NONE);
    }

    FitOptions options() {
      JsonNode lambda = expected.get("lambda");
      return lambda.isNull() ? R : R.withBoxCox(BoxCox.of(lambda.asDouble()));
    }
  }

  private Stream<Case> chosen() {
    return oracle
        .at("series")
        .propertyStream()
        .flatMap(
            s ->
                s.getValue()
                    .propertyStream()
                    .filter(e -> e.getKey().startsWith("auto"))
                    .map(
                        e ->
                            new Case(
                                s.getKey() + " " + e.getKey(),
                                e.getValue(),
                                oracle.series(s.getKey()))));
  }

  private Stream<Case> given() {
    return oracle
        .at("fixed_order")
        .valueStream()
        .map(
            c -> {
              String name = c.get("series").asString();
              return new Case(name + " " + c.get("method").asString(), c, oracle.series(name));
            });
  }

  private Stream<Case> regressions() {
    double[] time = new double[132];
    Arrays.setAll(time, t -> t + 1.0);
    double[] years = new double[110];
    Arrays.setAll(years, t -> 1875 + t - 1920.0);
    double[][] waves = new double[6][156];
    for (int k = 0; k < 6; k++) {
      double frequency = 2 * Math.PI * (k / 2 + 1) / 12;
      boolean sine = k % 2 == 0;
      Arrays.setAll(
          waves[k], t -> sine ? Math.sin(frequency * (t + 1)) : Math.cos(frequency * (t + 1)));
    }
    List<String> names = List.of("S1-12", "C1-12", "S2-12", "C2-12", "S3-12", "C3-12");
    return Stream.of(
        regression("LakeHuron_time", List.of("xreg"), years),
        regression("AirPassengers_fourier3", names, waves),
        regression("presidents_trend", List.of("xreg"), time));
  }

  private Case regression(String name, List<String> names, double[]... columns) {
    double[] y = oracle.series(name.substring(0, name.indexOf('_')));
    double[][] past = new double[columns.length][];
    double[][] future = new double[columns.length][];
    for (int c = 0; c < columns.length; c++) {
      past[c] = Arrays.copyOf(columns[c], y.length);
      future[c] = Arrays.copyOfRange(columns[c], y.length, y.length + 12);
    }
    return new Case(
        name,
        oracle.at("xreg", name),
        y,
        new Regressors(names, past),
        new Regressors(names, future));
  }

  @TestFactory
  Stream<DynamicTest> allModelsAgreeAtRsCoefficients() {
    return Stream.of(chosen(), given(), regressions())
        .flatMap(cases -> cases)
        .map(c -> DynamicTest.dynamicTest(c.name, () -> agrees(c)));
  }

  private static void agrees(Case c) {
    JsonNode e = c.expected;
    FitOptions held = c.options().withFixed(ROracle.named(e.get("coef")));
    if (e.has("fit_method") && e.get("fit_method").asString().equals("CSS")) {
      held = held.withMethod(FitOptions.Method.CSS);
    }
    ArimaFit fit = Arima.fit(c.y, ROracle.spec(e), c.past, held);
    double expected = e.get("loglik").asDouble();
    assertThat(fit.logLikelihood()).isCloseTo(expected, within(1e-9 * Math.abs(expected)));
    int coefficients = e.get("coef").size();
    double n = fit.observations();
    assertThat(n).isEqualTo(e.get("nobs").asDouble());
    if (held.method() != FitOptions.Method.CSS) {
      double aic = -2 * fit.logLikelihood() + 2 * (coefficients + 1);
      assertThat(aic).isCloseTo(e.get("aic").asDouble(), within(1e-6));
    }
    if (e.has("residuals") && Arrays.stream(c.y).noneMatch(Double::isNaN)) {
      double[] residuals = ROracle.numbers(e.get("residuals"));
      double close = 1e-6 * Math.sqrt(fit.sigma2Ml());
      assertThat(fit.residuals()).containsExactly(residuals, within(close));
    }
    forecastsAgree(c, fit);
  }

  private static void forecastsAgree(Case c, ArimaFit fit) {
    JsonNode f = c.expected.get("forecast");
    double[] mean = ROracle.numbers(f.get("mean"));
    ArimaForecast forecast = Forecasts.of(fit, mean.length, c.future, IntervalMethod.NORMAL);
    double[] variance = fit.state().forecastVariance(mean.length);
    double sigma2 = c.expected.get("sigma2").asDouble();
    BoxCox boxCox = c.options().boxCox();
    for (int h = 0; h < mean.length; h++) {
      assertThat(forecast.mean(h)).isCloseTo(mean[h], within(1e-6 * Math.abs(mean[h])));
      double centre = boxCox == null ? mean[h] : boxCox.transform(mean[h]);
      double upper = centre + Z95 * Math.sqrt(variance[h] * sigma2);
      double given = f.get("upper95").get(h).asDouble();
      double bound = boxCox == null ? upper : boxCox.inverse(upper);
      if (f.get("upper95").get(h).isNumber()) {
        assertThat(bound).isCloseTo(given, within(1e-6 * Math.abs(given)));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> regressionsAreFittedAsWellAsRs() {
    return regressions().map(c -> DynamicTest.dynamicTest(c.name, () -> fitted(c)));
  }

  private void fitted(Case c) {
    ArimaFit fit = Arima.fit(c.y, ROracle.spec(c.expected), c.past, c.options());
    double gain = fit.logLikelihood() - c.expected.get("loglik").asDouble();
    assertThat(gain).isGreaterThan(-1e-4);
    if (gain < 1e-4) {
      ROracle.named(c.expected.get("coef"))
          .forEach(
              (name, e) ->
                  assertThat(fit.coefficients().get(name))
                      .as(name)
                      .isCloseTo(e, within(1e-3 * Math.max(1, Math.abs(e)))));
      ROracle.named(c.expected.get("se"))
          .forEach(
              (name, e) ->
                  assertThat(fit.standardErrors().get(name))
                      .as(name)
                      .isCloseTo(e, withPercentage(1)));
    }
    boolean seasonal = c.name.startsWith("presidents");
    AutoOptions options = AutoOptions.forPeriod(seasonal ? 4 : 1).withFit(c.options());
    double ours = AutoArima.fit(c.y, c.past, options).fit().aicc();
    assertThat(ours).isLessThan(c.expected.get("aicc").asDouble() + 1e-4);
  }

  @Test
  void autoregressionsOfOrderThreeAgree() {
    Map<String, ArEstimator.Method> methods =
        Map.of(
            "yule-walker", ArEstimator.Method.YULE_WALKER,
            "burg", ArEstimator.Method.BURG,
            "ols", ArEstimator.Method.OLS,
            "mle", ArEstimator.Method.ML);
    for (var series : oracle.at("series").properties()) {
      double[] x = oracle.series(series.getKey());
      JsonNode diagnostics = series.getValue().get("diagnostics");
      methods.forEach(
          (key, method) -> {
            JsonNode e = diagnostics.get("ar3_" + key);
            if (e == null) {
              return;
            }
            var model = ArEstimator.fit(x, method, OptionalInt.of(3));
            double mean = e.get("x_mean").asDouble();
            double[] ar = ROracle.numbers(e.get("ar"));
            if (method == ArEstimator.Method.ML) {
              // R's stops early, some per cent away where the series is nearly not stationary.
              assertThat(likelihood(x, model.coefficients(), model.mean()))
                  .isGreaterThan(likelihood(x, ar, mean) - 1e-5);
              return;
            }
            assertThat(model.coefficients())
                .as(series.getKey() + " " + key)
                .containsExactly(ar, within(1e-9));
            assertThat(model.variance())
                .isCloseTo(e.get("var_pred").asDouble(), withPercentage(1e-8));
            assertThat(model.mean()).isCloseTo(mean, withPercentage(1e-9));
            var best = ArEstimator.fit(x, method, OptionalInt.empty(), Criterion.AIC);
            assertThat(best.criterion())
                .containsExactly(
                    ROracle.numbers(diagnostics.get("ar_" + key).get("aic_rel")), within(1e-6));
          });
    }
  }

  private static double likelihood(double[] x, double[] ar, double mean) {
    Map<String, Double> held = Map.of("ar1", ar[0], "ar2", ar[1], "ar3", ar[2], "intercept", mean);
    return Arima.fit(x, ArimaSpec.of(3, 0, 0), Regressors.NONE, R.withFixed(held)).logLikelihood();
  }

  @Test
  void autocorrelationsAgree() {
    for (var series : oracle.at("series").properties()) {
      JsonNode diagnostics = series.getValue().get("diagnostics");
      if (diagnostics.has("acf")) {
        double[] x = oracle.series(series.getKey());
        double[] acf = ROracle.numbers(diagnostics.get("acf"));
        double[] pacf = ROracle.numbers(diagnostics.get("pacf"));
        assertThat(Diagnostics.acf(x, acf.length - 1)).containsExactly(acf, within(1e-12));
        assertThat(Diagnostics.pacf(x, pacf.length)).containsExactly(pacf, within(1e-9));
      }
    }
  }

  @Test
  void residualTestsAgree() {
    JsonNode expected = oracle.at("extra", "ljung_box");
    ArimaFit lh = Arima.fit(oracle.series("lh"), ArimaSpec.of(1, 0, 0), Regressors.NONE, R);
    ArimaFit air =
        Arima.fit(oracle.series("AirPassengers_log"), ArimaTest.AIRLINE, Regressors.NONE, R);
    for (String name : List.of("lh_ar1", "air")) {
      JsonNode e = expected.get(name);
      double[] residuals = (name.equals("air") ? air : lh).residuals();
      var test = Diagnostics.ljungBox(residuals, e.get("lag").asInt(), e.get("fitdf").asInt());
      assertThat(test.statistic()).isCloseTo(e.get("stat").asDouble(), withPercentage(0.05));
      assertThat(test.pValue()).isCloseTo(e.get("p").asDouble(), within(1e-3));
    }
  }

  @Test
  void powersAndTheirBiasAdjustmentAgree() {
    JsonNode kernel = oracle.at("kernels", "BoxCox");
    double[] x = ROracle.numbers(kernel.get("x"));
    double[] lambdas = ROracle.numbers(kernel.get("lambda"));
    for (int i = 0; i < lambdas.length; i++) {
      assertThat(BoxCox.of(lambdas[i]).transform(x))
          .containsExactly(ROracle.numbers(kernel.get("out").get(i)), within(1e-12));
    }
    double[] adjusted = ROracle.numbers(oracle.at("kernels", "InvBoxCox_biasadj"));
    for (int i = 0; i < adjusted.length; i++) {
      assertThat(new BoxCox(0.3, true).inverse(i + 1.0, 0.1 * (i + 1)))
          .isCloseTo(adjusted[i], withPercentage(1e-9));
    }
    JsonNode e = oracle.at("extra", "boxcox_biasadj");
    FitOptions options =
        R.withBoxCox(new BoxCox(0.25, true)).withFixed(ROracle.named(e.get("coef")));
    ArimaFit fit =
        Arima.fit(oracle.series("AirPassengers"), ArimaTest.AIRLINE, Regressors.NONE, options);
    assertThat(fit.logLikelihood()).isCloseTo(e.get("loglik").asDouble(), withPercentage(1e-7));
    // R's variance counts the two coefficients, which are held here: 131 - 2 against 131.
    ArimaForecast forecast = Forecasts.of(fit, 12);
    for (int h = 0; h < 12; h++) {
      double mean = e.get("mean").get(h).asDouble();
      assertThat(forecast.mean(h)).isCloseTo(mean, withPercentage(0.01));
    }
  }

  @Test
  void rollingOriginErrorsAgree() {
    JsonNode expected = oracle.at("extra", "tsCV_lh_ar1");
    double[] y = oracle.series("lh");
    for (int t = 0; t < y.length; t++) {
      double[] errors = ROracle.numbers(expected.get(t));
      if (Double.isNaN(errors[0])) {
        continue;
      }
      ArimaFit fit = Arima.fit(Arrays.copyOf(y, t + 1), ArimaSpec.of(1, 0, 0), Regressors.NONE, R);
      double[] forecast = Forecasts.of(fit, 3).means();
      for (int h = 0; h < 3; h++) {
        if (!Double.isNaN(errors[h])) {
          assertThat(y[t + 1 + h] - forecast[h]).isCloseTo(errors[h], within(1e-3));
        }
      }
    }
  }

  @Test
  void pathsOfAnAutoregressionAgree() {
    JsonNode e = oracle.at("extra", "simulate", "lh_300");
    ArimaFit fit = Arima.fit(oracle.series("lh"), ArimaSpec.of(3, 0, 0), Regressors.NONE, R);
    double scale = e.get("scale").asDouble();
    double[] innovations =
        Arrays.stream(ROracle.numbers(e.get("innov"))).map(v -> v * scale).toArray();
    assertThat(Simulation.path(fit, Regressors.NONE, innovations))
        .containsExactly(ROracle.numbers(e.get("path")), within(1e-3));
  }
}
