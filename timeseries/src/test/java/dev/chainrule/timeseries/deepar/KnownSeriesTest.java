package dev.chainrule.timeseries.deepar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Frequency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownSeriesTest {
  private static final DeepArConfig CONFIG = DeepArConfig.of(Frequency.of("M"), 12, 6);

  @Test
  void whatIsWrittenIsRead() {
    String json =
        "{\"ids\":[\"a\"],\"starts\":[\"1949-01-01T00:00\"],\"reals\":[[]],\"categories\":[[]]}";
    assertThat(DeepArFolder.series(json, "series.json", CONFIG)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"1949-01-01T00:00\"|[]|[[]]|1 ids, 1 starts, 0 reals and 1 categories",
        "\"1949-13-01\"|[[]]|[[]]|starts: found \"1949-13-01\", expected a time",
        "\"1949-01-01T00:00\"|[[1.5]]|[[]]|series a has 1 reals and 0 categories, expected",
        "null|[[]]|[[]]|an element of a list is null, expected String",
      })
  void whatDoesNotFitIsRefused(String start, String reals, String categories, String message) {
    String json =
        "{\"ids\":[\"a\"],\"starts\":[%s],\"reals\":%s,\"categories\":%s}"
            .formatted(start, reals, categories);
    assertThatThrownBy(() -> DeepArFolder.series(json, "series.json", CONFIG))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("series.json")
        .hasMessageContaining(message);
  }
}
