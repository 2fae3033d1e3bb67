package dev.chainrule.arima.unitroot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.ROracle;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Unit-root and seasonal statistics against R. */
class RUnitRootTest {
  private final ROracle oracle = ROracle.orSkip();

  private double[] present(String series) {
    return Arrays.stream(oracle.series(series)).filter(v -> !Double.isNaN(v)).toArray();
  }

  @Test
  void numbersOfDifferencesAgree() {
    for (var entry : oracle.at("series").properties()) {
      String name = entry.getKey();
      JsonNode d = entry.getValue().get("diagnostics");
      double[] x = oracle.series(name);
      for (UnitRootTest test : UnitRootTest.values()) {
        assertThat(Differencing.count(x, test, 0.05, 2))
            .as(name + " " + test)
            .isEqualTo(d.get("ndiffs_" + test.name().toLowerCase()).asInt());
      }
      int m = oracle.period(name);
      if (m > 1) {
        assertThat(Differencing.seasonalCount(x, m, SeasonalTest.STRENGTH, 1))
            .isEqualTo(d.get("nsdiffs_seas").asInt());
        assertThat(Differencing.seasonalCount(x, m, SeasonalTest.OCSB, 1))
            .isEqualTo(d.get("nsdiffs_ocsb").asInt());
        assertThat(Differencing.seasonalCount(x, m, SeasonalTest.CANOVA_HANSEN, 1))
            .isEqualTo(d.get("nsdiffs_ch").asInt());
      }
      if (d.has("ocsb_stat")) {
        assertThat(SeasonalTests.ocsb(x, m, 3).statistic())
            .isCloseTo(d.get("ocsb_stat").asDouble(), within(1e-9));
        assertThat(SeasonalTests.ocsbCritical(m))
            .isCloseTo(d.get("ocsb_crit").asDouble(), within(1e-9));
        assertThat(SeasonalTests.strength(x, m))
            .isCloseTo(d.get("seasonal_strength").asDouble(), within(1e-9));
      }
    }
  }

  @Test
  void statisticsAgree() {
    for (var entry : oracle.at("extra", "unit_roots").properties()) {
      double[] x = present(entry.getKey());
      JsonNode e = entry.getValue();
      assertThat(StationarityTests.kpss(x, false).statistic())
          .isCloseTo(of(e, "kpss_mu", 0), CLOSE);
      assertThat(StationarityTests.kpss(x, true).statistic())
          .isCloseTo(of(e, "kpss_tau", 0), CLOSE);
      for (boolean trend : new boolean[] {false, true}) {
        String key = trend ? "df_trend" : "df_drift";
        assertThat(StationarityTests.dickeyFuller(x, trend, 1).statistic())
            .isCloseTo(of(e, key, 0), CLOSE);
        assertThat(StationarityTests.dickeyFullerJoint(x, trend, 1)[0])
            .isCloseTo(of(e, key, 1), CLOSE);
        assertThat(StationarityTests.phillipsPerron(x, trend).statistic())
            .isCloseTo(of(e, trend ? "pp_trend" : "pp_const", 0), CLOSE);
      }
    }
  }

  private static final org.assertj.core.data.Offset<Double> CLOSE = within(1e-7);

  private static double of(JsonNode node, String key, int index) {
    return ROracle.numbers(node.get(key))[index];
  }

  @Test
  void decompositionAgrees() {
    Stl stl = Stl.decompose(oracle.series("AirPassengers"), 12, 11);
    JsonNode e = oracle.at("extra", "mstl_AirPassengers");
    assertThat(stl.trend()).containsExactly(ROracle.numbers(e.get("trend")), within(1e-9));
    assertThat(stl.seasonal()).containsExactly(ROracle.numbers(e.get("seasonal")), within(1e-9));
  }
}
