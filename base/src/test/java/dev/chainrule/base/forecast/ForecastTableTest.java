package dev.chainrule.base.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastTableTest {
  private static Forecast of(double scale) {
    return new QuantileForecast(
        new double[] {123.456789 * scale, 100 * scale},
        new double[] {0.1, 0.9},
        new double[][] {{120 * scale, 90 * scale}, {126.6666 * scale, 110 * scale}});
  }

  @Test
  void numbersHaveTheDigitsThatTheIntervalsAreSureOf() {
    assertThat(ForecastTable.of(of(1), List.of(80.0), h -> "step " + h))
        .isEqualTo(
            """
                      mean    from  to (80 %)
            step 0  123.46  120.00     126.67
            step 1  100.00   90.00     110.00
            """);
    assertThat(ForecastTable.of(of(1e-6), List.of(80.0), h -> ""))
        .contains("0.00012346  0.00012000");
    assertThat(ForecastTable.of(of(1e6), List.of(80.0), h -> "")).contains("123456789  120000000");
    assertThat(of(1).toString()).contains("to (95 %)");
  }

  @Test
  void levelsAreWrittenAsPeopleDo() {
    assertThat(List.of(95.0, 97.5, 99.9, 100.0 / 3, 80.0).stream().map(ForecastTable::percent))
        .containsExactly("95 %", "97.5 %", "99.9 %", "33.3333 %", "80 %");
  }
}
