package dev.chainrule.arima.auto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.ArimaForecast;
import dev.chainrule.arima.Forecasts;
import dev.chainrule.arima.Regressors;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class AutoArimaTest {
  private static double[] values(int n, IntToDoubleFunction f) {
    double[] y = new double[n];
    Arrays.setAll(y, f);
    return y;
  }

  private static void goesOn(int period, IntToDoubleFunction f) {
    AutoResult result = AutoArima.fit(values(40, f), AutoOptions.forPeriod(period));
    assertThat(result.fallback()).isNull();
    ArimaForecast forecast = Forecasts.of(result.fit(), 6);
    for (int h = 0; h < 6; h++) {
      assertThat(forecast.mean(h)).isCloseTo(f.applyAsDouble(40 + h), within(1e-8));
      assertThat(forecast.standardErrors()[h]).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void seriesThatTheirDifferencesExplainGoOn() {
    goesOn(1, t -> 3 + 2 * t);
    goesOn(1, t -> 0.1 * t);
    goesOn(4, t -> new double[] {1, 5, 3, 2}[t % 4]);
    goesOn(4, t -> new double[] {1, 5, 3, 2}[t % 4] + t);
  }

  @Test
  void regressorsThatCannotBeUsedAreRefused() {
    double[] y = values(40, t -> Math.sin(t * t));
    double[] x = values(40, t -> t);
    double[] twice = values(40, t -> 2 * t + 1);
    double[] infinite = values(40, t -> t == 3 ? Double.NEGATIVE_INFINITY : Math.cos(t));
    refused(y, "regressor b: it is constant or a linear combination", x, twice);
    refused(y, "regressor a: it is constant", values(40, t -> 7));
    refused(y, "regressor a: found an infinite value", infinite);
    refused(y, "regressors: found 39 rows", Arrays.copyOf(x, 39));
  }

  private static void refused(double[] y, String sentence, double[]... columns) {
    Regressors regressors = new Regressors(List.of("a", "b").subList(0, columns.length), columns);
    assertThatThrownBy(() -> AutoArima.fit(y, regressors, AutoOptions.forPeriod(1)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(sentence);
  }
}
