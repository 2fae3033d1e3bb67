package dev.chainrule.experiments.wavenet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.wavenet.WaveNetConfig;
import org.junit.jupiter.api.Test;

/** What a run says of its bits at the end. */
class VerdictTest {
  private static final WaveNetConfig SHAPE =
      WaveNetConfig.muLaw(4000, new WaveNetConfig.Stack(1, 3, 2, 8, 8, 8));

  @Test
  void bitsStandBesideLinearPrediction() {
    assertThat(WaveNetTrain.verdict(SHAPE, 2.5, 6))
        .isEqualTo(
            "held-out crops 2.5000 bits a sample (linear prediction of order 16: 6.0000, uniform:"
                + " 8.0)");
    assertThat(WaveNetTrain.verdict(SHAPE, 6.5, 6)).contains("worse than linear prediction");
    assertThat(WaveNetTrain.verdict(SHAPE, Double.NaN, 6)).contains("worse than linear prediction");
    assertThat(WaveNetTrain.verdict(SHAPE, 0.2, 6)).contains("less than speech has");
  }
}
