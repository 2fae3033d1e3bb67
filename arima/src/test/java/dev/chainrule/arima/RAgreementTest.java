package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.chainrule.arima.statespace.DiffuseStart;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Likelihoods, fits and forecasts against R, in R's likelihood mode. */
class RAgreementTest {
  private static final FitOptions R = FitOptions.defaults().withLikelihood(DiffuseStart.R);
  private final ROracle oracle = ROracle.orSkip();

  private static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @TestFactory
  Stream<DynamicTest> likelihoodsResidualsAndForecastsAtGivenParameters() {
    return each(oracle.at("fixed_parameters"))
        .map(c -> DynamicTest.dynamicTest(c.get("series").asString(), () -> atGiven(c)));
  }

  private void atGiven(JsonNode c) {
    double[] order = ROracle.numbers(c.get("order"));
    double[] seasonal = ROracle.numbers(c.get("seasonal"));
    ArimaSpec spec =
        ArimaSpec.of(
            new ArimaOrder((int) order[0], (int) order[1], (int) order[2]),
            ROracle.seasonal(
                (int) seasonal[0], (int) seasonal[1], (int) seasonal[2], c.get("m").asInt()));
    Map<String, Double> held = new HashMap<>();
    double[] parameters = ROracle.numbers(c.get("par"));
    for (int i = 0; i < parameters.length; i++) {
      held.put(c.get("names").get(i).asString(), parameters[i]);
    }
    String name = c.get("series").asString();
    // The case of UKgas was computed on its logarithms.
    double[] y = oracle.series(name.equals("UKgas") ? "UKgas_log" : name);
    ArimaFit fit = Arima.fit(y, spec, Regressors.NONE, R.withFixed(held));
    assertThat(fit.logLikelihood()).isCloseTo(c.get("loglik").asDouble(), withPercentage(1e-7));
    assertThat(fit.sigma2Ml()).isCloseTo(c.get("sigma2").asDouble(), withPercentage(1e-7));
    double[] residuals = ROracle.numbers(c.get("residuals_head"));
    for (int t = 0; t < residuals.length; t++) {
      if (!Double.isNaN(residuals[t])) {
        assertThat(fit.residuals()[t])
            .isCloseTo(residuals[t], within(1e-8 * Math.sqrt(fit.sigma2Ml())));
      }
    }
    double[] mean = Forecasts.of(fit, 12).means();
    double[] variance = fit.state().forecastVariance(12);
    for (int h = 0; h < 12; h++) {
      assertThat(mean[h]).isCloseTo(c.get("pred").get(h).asDouble(), withPercentage(1e-6));
      assertThat(Math.sqrt(variance[h] * fit.sigma2Ml()))
          .isCloseTo(c.get("pred_se").get(h).asDouble(), withPercentage(1e-6));
    }
  }

  @TestFactory
  Stream<DynamicTest> fitsAreAtLeastAsLikelyAsRs() {
    return each(oracle.at("fixed_order"))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.get("series").asString()
                        + " "
                        + c.get("arma_order_string").asString()
                        + " "
                        + c.get("fit_method").asString(),
                    () -> fitted(c)));
  }

  private void fitted(JsonNode c) {
    FitOptions options =
        R.withMethod(FitOptions.Method.valueOf(c.get("fit_method").asString().replace('-', '_')));
    if (!c.get("lambda").isNull()) {
      options = options.withBoxCox(BoxCox.of(c.get("lambda").asDouble()));
    }
    double[] y = oracle.series(c.get("series").asString());
    ArimaSpec spec = ROracle.spec(c);
    ArimaFit fit = Arima.fit(y, spec, Regressors.NONE, options);
    double difference = fit.logLikelihood() - c.get("loglik").asDouble();
    assertThat(difference).isGreaterThan(-1e-4);
    Map<String, Double> expected = ROracle.named(c.get("coef"));
    boolean sameOptimum = difference < 5e-5;
    if (sameOptimum) {
      fit.coefficients()
          .forEach(
              (name, value) -> {
                double e = expected.get(name);
                assertThat(value).as(name).isCloseTo(e, within(1.5e-3 * Math.max(1, Math.abs(e))));
              });
      ROracle.named(c.get("se"))
          .forEach(
              (name, e) ->
                  assertThat(fit.standardErrors().get(name)).isCloseTo(e, withPercentage(0.5)));
    }
    ArimaFit same = Arima.fit(y, spec, Regressors.NONE, options.withFixed(expected));
    assertThat(same.logLikelihood()).isCloseTo(c.get("loglik").asDouble(), withPercentage(1e-6));
    ArimaForecast forecast = Forecasts.of(same, 12);
    for (int h = 0; h < 12; h++) {
      assertThat(forecast.mean(h))
          .isCloseTo(c.get("forecast").get("mean").get(h).asDouble(), withPercentage(1e-4));
    }
  }

  @Test
  void regressionWithArErrorsAgrees() {
    JsonNode c = oracle.at("xreg", "LakeHuron_time");
    double[] y = oracle.series("LakeHuron");
    double[] time = new double[y.length];
    double[] future = new double[12];
    for (int t = 0; t < y.length + 12; t++) {
      if (t < y.length) {
        time[t] = 1875 + t - 1920;
      } else {
        future[t - y.length] = 1875 + t - 1920;
      }
    }
    Regressors x = new Regressors(java.util.List.of("xreg"), new double[][] {time});
    ArimaFit fit = Arima.fit(y, ArimaSpec.of(2, 0, 0), x, R);
    ROracle.named(c.get("coef"))
        .forEach(
            (name, e) ->
                assertThat(fit.coefficients().get(name))
                    .isCloseTo(e, within(1e-3 * Math.max(1, Math.abs(e)))));
    ROracle.named(c.get("se"))
        .forEach(
            (name, e) ->
                assertThat(fit.standardErrors().get(name)).isCloseTo(e, withPercentage(0.1)));
    assertThat(fit.logLikelihood()).isCloseTo(c.get("loglik").asDouble(), within(1e-5));
    Regressors next = new Regressors(java.util.List.of("xreg"), new double[][] {future});
    ArimaForecast forecast = Forecasts.of(fit, 12, next, IntervalMethod.NORMAL);
    for (int h = 0; h < 12; h++) {
      JsonNode f = c.get("forecast");
      assertThat(forecast.mean(h)).isCloseTo(f.get("mean").get(h).asDouble(), withPercentage(1e-3));
      assertThat(forecast.lower(0.95)[h])
          .isCloseTo(f.get("lower95").get(h).asDouble(), withPercentage(1e-3));
    }
  }
}
