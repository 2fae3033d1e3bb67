package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.chainrule.arima.statespace.ArmaProcess;
import dev.chainrule.arima.statespace.DiffuseStart;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** AR estimators, transformations, updates, simulation and internal quantities against R. */
class RToolsTest {
  private static final FitOptions R = FitOptions.defaults().withLikelihood(DiffuseStart.R);
  private final ROracle oracle = ROracle.orSkip();

  @Test
  void autoregressionsAgree() {
    Map<String, ArEstimator.Method> methods =
        Map.of(
            "yule-walker", ArEstimator.Method.YULE_WALKER,
            "burg", ArEstimator.Method.BURG,
            "ols", ArEstimator.Method.OLS,
            "mle", ArEstimator.Method.ML);
    for (var entry : oracle.at("series").properties()) {
      double[] x = oracle.series(entry.getKey());
      if (Arrays.stream(x).anyMatch(Double::isNaN)) {
        continue;
      }
      methods.forEach(
          (key, method) -> {
            JsonNode e = entry.getValue().get("diagnostics").get("ar_" + key);
            if (e == null) {
              return;
            }
            boolean ml = method == ArEstimator.Method.ML;
            var model = ArEstimator.fit(x, method, OptionalInt.empty(), Criterion.AIC);
            // R's maximum likelihood stops a little early; the others are closed forms.
            double tolerance = ml ? 3e-3 : 1e-9;
            assertThat(model.coefficients())
                .as(entry.getKey() + " " + key)
                .containsExactly(ROracle.numbers(e.get("ar")), within(tolerance));
            assertThat(model.variance())
                .isCloseTo(e.get("var_pred").asDouble(), withPercentage(ml ? 0.2 : 1e-8));
          });
    }
  }

  @Test
  void powersAgree() {
    for (var entry : oracle.at("series").properties()) {
      double[] x = oracle.series(entry.getKey());
      int m = oracle.period(entry.getKey());
      JsonNode d = entry.getValue().get("diagnostics");
      assertThat(BoxCoxSelection.guerrero(x, m, -1, 2))
          .isCloseTo(d.get("boxcox_guerrero").asDouble(), within(2e-4));
      assertThat(BoxCoxSelection.logLikelihood(x, m, -1, 2))
          .isCloseTo(d.get("boxcox_loglik").asDouble(), within(1e-9));
    }
  }

  @Test
  void updatesWithoutRefittingAgree() {
    for (var entry : oracle.at("extra", "update_without_refit").properties()) {
      JsonNode e = entry.getValue();
      double[] x = oracle.series(entry.getKey());
      int n = e.get("train_n").asInt();
      Map<String, Double> held = ROracle.named(e.get("coef"));
      int p = (int) held.keySet().stream().filter(k -> k.startsWith("ar")).count();
      int q = (int) held.keySet().stream().filter(k -> k.startsWith("ma")).count();
      boolean seasonal = entry.getKey().equals("AirPassengers");
      ArimaSpec spec =
          ArimaSpec.of(
              new ArimaOrder(p, held.containsKey("intercept") ? 0 : 1, q),
              seasonal ? new SeasonalOrder(0, 1, 0, 12) : SeasonalOrder.NONE);
      ArimaFit updated =
          Arima.fit(Arrays.copyOf(x, n), spec, Regressors.NONE, R.withFixed(held))
              .update(Arrays.copyOfRange(x, n, x.length), Regressors.NONE);
      assertThat(updated.logLikelihood())
          .isCloseTo(e.get("loglik_full").asDouble(), withPercentage(1e-6));
      double[] forecast = Forecasts.of(updated, 12).means();
      double[] expected = ROracle.numbers(e.get("forecast"));
      for (int h = 0; h < 12; h++) {
        assertThat(forecast[h]).isCloseTo(expected[h], withPercentage(1e-4));
      }
    }
  }

  @Test
  void pathsOfGivenInnovationsAgree() {
    JsonNode e = oracle.at("extra", "simulate", "AirPassengers_011011");
    ArimaFit fit = Arima.fit(oracle.series("AirPassengers"), ArimaTest.AIRLINE, Regressors.NONE, R);
    double[] innovations = ROracle.numbers(e.get("innov"));
    double scale = e.get("scale").asDouble();
    Arrays.setAll(innovations, h -> innovations[h] * scale);
    double[] path = Simulation.path(fit, Regressors.NONE, innovations);
    double[] expected = ROracle.numbers(e.get("path"));
    for (int h = 0; h < path.length; h++) {
      assertThat(path[h]).isCloseTo(expected[h], withPercentage(0.01));
    }
  }

  @Test
  void weightsAutocorrelationsAndTransformsAgree() {
    JsonNode acf = oracle.at("kernels", "ARMAacf");
    ArmaProcess process =
        new ArmaProcess(ROracle.numbers(acf.get("ar")), ROracle.numbers(acf.get("ma")));
    assertThat(process.autocorrelations(20))
        .containsExactly(ROracle.numbers(acf.get("acf")), within(1e-12));
    double[] psi = ROracle.numbers(oracle.at("kernels", "ARMAtoMA", "out"));
    assertThat(Arrays.copyOfRange(process.psiWeights(21), 1, 21))
        .containsExactly(psi, within(1e-12));
    for (JsonNode q : oracle.at("kernels", "Q0")) {
      ArmaProcess p =
          new ArmaProcess(ROracle.numbers(q.get("phi")), ROracle.numbers(q.get("theta")));
      double[] cov = p.stateCovariance();
      int r = p.stateSize();
      JsonNode expected = q.get("rossignol");
      for (int i = 0; i < expected.size(); i++) {
        for (int j = 0; j < expected.size(); j++) {
          double e = expected.get(i).get(j).asDouble();
          assertThat(cov[i * r + j]).isCloseTo(e, within(1e-9 * Math.max(1, Math.abs(e))));
        }
      }
    }
    JsonNode t = oracle.at("kernels", "transPars");
    double[] arma = ROracle.numbers(t.get("arma"));
    ArmaLayout layout =
        new ArmaLayout((int) arma[0], (int) arma[1], (int) arma[2], (int) arma[3], (int) arma[4]);
    double[] raw = Arrays.copyOf(ROracle.numbers(t.get("par")), layout.count());
    double[] coefficients = layout.constrain(raw);
    assertThat(layout.phi(coefficients))
        .containsExactly(ROracle.numbers(t.get("phi")), within(1e-12));
    assertThat(layout.theta(coefficients))
        .containsExactly(ROracle.numbers(t.get("theta")), within(1e-12));
    double[][] gradient = layout.constrainGradient(raw);
    JsonNode expected = oracle.at("kernels", "gradtrans", "out");
    for (int i = 0; i < raw.length; i++) {
      for (int j = 0; j < raw.length; j++) {
        double e = expected.get(i).get(j).asDouble();
        assertThat(gradient[i][j]).isCloseTo(e, within(1e-9));
      }
    }
  }
}
