package dev.chainrule.base.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void numbersHaveTheDigitsAskedFor() {
    assertThat(Digits.of(13.912345, 4)).isEqualTo("13.91");
    assertThat(Digits.of(-0.0375712, 4)).isEqualTo("-0.03757");
    assertThat(Digits.of(48213.7, 4)).isEqualTo("48210");
    assertThat(Digits.of(0.99996, 4)).isEqualTo("1.000");
    assertThat(Digits.of(1.5e-7, 4)).isEqualTo("1.500E-7");
    assertThat(Digits.of(2.34567e12, 4)).isEqualTo("2.346E+12");
    assertThat(Digits.of(0, 4)).isEqualTo("0");
    assertThat(Digits.of(Double.NaN, 4)).isEqualTo("NaN");
    assertThat(Digits.of(Double.NEGATIVE_INFINITY, 4)).isEqualTo("-Infinity");
  }

  @Test
  void sharesAreInPerCent() {
    assertThat(Digits.percent(0.9519)).isEqualTo("95.2 %");
    assertThat(Digits.percent(1)).isEqualTo("100.0 %");
    assertThat(Digits.percent(Double.NaN)).isEqualTo("NaN");
  }
}
