package dev.chainrule.timeseries.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.series.Frequency;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LagsTest {
  @ParameterizedTest
  @CsvSource({
    "S, 1 2 3 4 5 6 7 58 59 60 61 62 118 119 120 121 122 178 179 180 181 182",
    "15min, 1 2 3 4 5 6 7 58 59 60 61 62 118 119 120 121 122 178 179 180 181 182",
    "H, 1 2 3 4 5 6 7 23 24 25 47 48 49 71 72 73 95 96 97 119 120 121 143 144 145 167 168 169"
        + " 335 336 337 503 504 505 671 672 673 719 720 721",
    "D, 1 2 3 4 5 6 7 8 13 14 15 20 21 22 27 28 29 363 364 365",
    "B, 1 2 3 4 5 6 7 9 10 11 14 15 16 19 20 21",
    "W, 1 2 3 4 5 6 7 51 52 53 103 104 105 155 156 157",
    "M, 1 2 3 4 5 6 7 11 12 13 23 24 25 35 36 37",
    "Q, 1 2 3 4 5 6 7 8 9 11 12 13",
    "Y, 1 2 3"
  })
  void areTheFirstFewAndThoseAroundTheSeasons(String frequency, String expected) {
    assertThat(text(frequency, 1200)).isEqualTo(expected);
  }

  @Test
  void endWithTheLongestThatIsWanted() {
    assertThat(text("H", 24)).isEqualTo("1 2 3 4 5 6 7 23 24");
  }

  private static String text(String frequency, int longest) {
    return Arrays.stream(Lags.of(Frequency.of(frequency), longest))
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" "));
  }
}
