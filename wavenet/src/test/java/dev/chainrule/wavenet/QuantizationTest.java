package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QuantizationTest {
  @Test
  void muLawIsThatOfTheUsualImplementations() {
    double[] samples = {-1, -0.5, -0.1, -0.01, 0, 0.01, 0.1, 0.5, 1};
    int[] codes = {0, 16, 52, 98, 128, 157, 203, 239, 255};
    for (int i = 0; i < samples.length; i++) {
      assertThat(Quantization.MU_LAW.encode(samples[i], 256)).isEqualTo(codes[i]);
    }
    assertThat(Quantization.MU_LAW.decode(16, 256)).isEqualTo(-0.496677, within(1e-6));
    assertThat(Quantization.MU_LAW.decode(128, 256)).isEqualTo(8.6e-5, within(1e-6));
    assertThat(Quantization.MU_LAW.silence(256)).isEqualTo(128);
  }

  @Test
  void everyCodeIsThatOfItsOwnSample() {
    for (int code = 0; code < 256; code++) {
      double x = Quantization.MU_LAW.decode(code, 256);
      assertThat(Quantization.MU_LAW.encode(x, 256)).isEqualTo(code);
    }
    for (int code = 0; code < 65536; code++) {
      double x = Quantization.LINEAR.decode(code, 65536);
      assertThat(Quantization.LINEAR.encode(x, 65536)).isEqualTo(code);
    }
  }

  @Test
  void louderThanFullScaleIsHeldAtTheEnds() {
    assertThat(Quantization.MU_LAW.encode(1.5, 256)).isEqualTo(255);
    assertThat(Quantization.LINEAR.encode(-7, 65536)).isZero();
  }
}
