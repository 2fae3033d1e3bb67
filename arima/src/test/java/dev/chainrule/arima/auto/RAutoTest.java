package dev.chainrule.arima.auto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.arima.BoxCox;
import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.ROracle;
import dev.chainrule.arima.statespace.DiffuseStart;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The chosen models' AICc against that of forecast's auto.arima. */
class RAutoTest {
  private static final FitOptions R = FitOptions.defaults().withLikelihood(DiffuseStart.R);
  private final ROracle oracle = ROracle.orSkip();

  @TestFactory
  Stream<DynamicTest> criterionIsAtMostRs() {
    return oracle
        .at("series")
        .propertyStream()
        .map(e -> e.getKey())
        .flatMap(
            name ->
                Stream.of(
                    DynamicTest.dynamicTest(name, () -> check(name, "auto", R, Search.WIDE)),
                    DynamicTest.dynamicTest(
                        name + " default against R's full search",
                        () -> check(name, "auto_full", R, Search.WIDE)),
                    DynamicTest.dynamicTest(
                        name + " log",
                        () -> check(name, "auto_log", R.withBoxCox(BoxCox.of(0)), Search.WIDE)),
                    DynamicTest.dynamicTest(
                        name + " full", () -> check(name, "auto_full", R, Search.FULL))));
  }

  private void check(String name, String key, FitOptions fit, Search search) {
    AutoOptions options =
        AutoOptions.forPeriod(oracle.period(name)).withFit(fit).withSearch(search);
    double ours = AutoArima.fit(oracle.series(name), options).fit().aicc();
    assertThat(ours).isLessThan(oracle.at("series", name, key, "aicc").asDouble() + 1e-4);
  }
}
