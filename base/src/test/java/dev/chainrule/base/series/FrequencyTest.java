package dev.chainrule.base.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrequencyTest {
  private static final LocalDateTime START = LocalDateTime.of(2024, 1, 31, 0, 0);

  @ParameterizedTest
  @CsvSource({
    "S, 60, 2024-01-31T00:01",
    "30min, 3, 2024-01-31T01:30",
    "H, 25, 2024-02-01T01:00",
    "D, 1, 2024-02-01T00:00",
    "B, 3, 2024-02-05T00:00",
    "W-SUN, 2, 2024-02-14T00:00",
    "M, 1, 2024-02-29T00:00",
    "QE, 1, 2024-04-30T00:00",
    "A, 1, 2025-01-31T00:00"
  })
  void countsAlongTheCalendar(String text, long steps, LocalDateTime expected) {
    Frequency frequency = Frequency.of(text);
    assertThat(frequency.plus(START, steps)).isEqualTo(expected);
    assertThat(frequency.stepsBetween(START, expected)).isEqualTo(steps);
    assertThat(frequency.stepsBetween(START, expected.plusNanos(1))).isEqualTo(-1);
  }

  @Test
  void knowsSeasons() {
    assertThat(Frequency.of("H").season()).isEqualTo(24);
    assertThat(Frequency.of("30min").season()).isEqualTo(2);
    assertThat(Frequency.of("Y").season()).isEqualTo(1);
  }

  @Test
  void refusesOthers() {
    assertThatThrownBy(() -> Frequency.of("fortnight"))
        .hasMessageStartingWith("frequency fortnight, expected S, min, H");
  }
}
