package dev.chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1000, 1000",
    "7B, 7",
    "256MB, 256000000",
    "256mb, 256000000",
    "1.5 GiB, 1610612736",
    "2k, 2000",
    "3KiB, 3072",
    "1T, 1000000000000"
  })
  void unitsAreThoseOfPowersOfTenAndOfTwo(String written, long bytes) {
    assertThat(new ByteSize().convert(written)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "x", "1XB", "1..5MB", "MB", "1e9", "99999999999TB", "1 M B"})
  void whatIsNoAmountIsRefused(String written) {
    assertThatThrownBy(() -> new ByteSize().convert(written))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("expected one such as 256MB");
  }

  @Test
  void moreThanALongHoldsIsRefused() {
    assertThatThrownBy(() -> new ByteSize().convert("9223372036854775808"))
        .isInstanceOf(TypeConversionException.class);
  }
}
