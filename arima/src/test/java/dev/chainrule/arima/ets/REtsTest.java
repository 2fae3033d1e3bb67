package dev.chainrule.arima.ets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.Criterion;
import dev.chainrule.base.forecast.Forecast;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against R 4.2.2 with forecast 8.20, by the numbers that {@code make_oracle.R} wrote. */
class REtsTest {
  private static JsonNode root;

  /** One of R's fits. */
  private record Case(String name, double[] y, int period, JsonNode fit) {
    EtsForm form() {
      return EtsForm.of(fit.get("model").asString());
    }

    /** R's parameters. */
    EtsParameters parameters() {
      EtsForm form = form();
      List<String> names = List.of(fit.get("names").asString().split(","));
      double[] values = numbers(fit.get("par"));
      double[] init = numbers(fit.get("init"));
      int before = form.hasTrend() ? 2 : 1;
      double[] seasons = new double[init.length - before];
      for (int i = 0; i < seasons.length; i++) {
        seasons[i] = init[init.length - 1 - i];
      }
      return new EtsParameters(
          values[0],
          names.contains("beta") ? values[names.indexOf("beta")] : 0,
          names.contains("gamma") ? values[names.indexOf("gamma")] : 0,
          names.contains("phi") ? values[names.indexOf("phi")] : 1,
          init[0],
          form.hasTrend() ? init[1] : 0,
          seasons);
    }

    String label() {
      return name + " " + form();
    }
  }

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = REtsTest.class.getResourceAsStream("r_ets.json")) {
      root = JsonMapper.builder().build().readTree(Objects.requireNonNull(in).readAllBytes());
    }
  }

  private static double[] numbers(JsonNode node) {
    double[] result = new double[node.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = node.get(i).asDouble();
    }
    return result;
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    root.propertyStream()
        .forEach(
            entry -> {
              JsonNode series = entry.getValue();
              double[] y = numbers(series.get("y"));
              int period = series.get("period").asInt();
              series.get("fits").forEach(f -> cases.add(new Case(entry.getKey(), y, period, f)));
            });
    assertThat(cases).hasSizeGreaterThan(110);
    return cases;
  }

  @Test
  void likelihoodsAtTheParametersOfR() {
    for (Case each : cases()) {
      EtsFit fit = EtsFit.of(each.y, each.period, each.form(), each.parameters());
      double expected = each.fit.get("loglik").asDouble();
      assertThat(fit.logLikelihood()).as(each.label()).isCloseTo(expected, within(1e-6));
      assertThat(fit.criterion(Criterion.AICC))
          .as(each.label())
          .isCloseTo(each.fit.get("aicc").asDouble(), within(1e-5));
      double sigma2 = each.fit.get("sigma2").asDouble();
      assertThat(fit.sigma2()).as(each.label()).isCloseTo(sigma2, within(1e-8 * sigma2));
    }
  }

  @Test
  void forecastsAndIntervalsAtTheParametersOfR() {
    for (Case each : cases()) {
      EtsFit fit = EtsFit.of(each.y, each.period, each.form(), each.parameters());
      double[] mean = numbers(each.fit.get("mean"));
      double[] upper = numbers(each.fit.get("upper"));
      Forecast forecast = EtsForecasts.of(fit, mean.length, 1, EtsForecasts.Formulas.AS_R);
      for (int h = 0; h < mean.length; h++) {
        assertThat(forecast.mean(h))
            .as(each.label() + " mean of step " + h)
            .isCloseTo(mean[h], within(1e-8 * Math.abs(mean[h])));
        if (upper.length > 0) {
          assertThat(forecast.quantile(h, 0.975))
              .as(each.label() + " upper end of step " + h)
              .isCloseTo(upper[h], within(1e-7 * Math.abs(upper[h])));
        }
      }
    }
  }

  @Test
  void ourOptimumIsAtLeastThatOfR() {
    List<String> worse = new ArrayList<>();
    double gained = 0;
    for (Case each : cases()) {
      EtsOptions options = EtsOptions.defaults().only(each.form());
      EtsFit fit = Ets.fit(each.y, each.period, options);
      double difference = fit.logLikelihood() - each.fit.get("loglik").asDouble();
      gained += difference;
      if (!fit.form().equals(each.form()) || difference < -1e-6) {
        worse.add("%s: %.6f, %s".formatted(each.label(), difference, fit.form()));
      }
    }
    assertThat(worse).isEmpty();
    assertThat(gained).as("nats above R's over all").isGreaterThan(100);
  }

  @Test
  void theChoiceIsAtLeastThatOfR() {
    root.propertyStream()
        .forEach(
            entry -> {
              JsonNode series = entry.getValue();
              double[] y = numbers(series.get("y"));
              EtsFit fit = Ets.fit(y, series.get("period").asInt());
              assertThat(fit.criterion(Criterion.AICC))
                  .as(entry.getKey() + " " + fit.form() + " " + series.get("chosen").asString())
                  .isLessThan(series.get("aicc").asDouble() + 1e-6);
            });
  }
}
