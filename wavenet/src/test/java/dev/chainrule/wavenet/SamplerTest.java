package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.Sampler;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a WaveNet draws codes with. */
class SamplerTest {
  private static float[] row(int n) {
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      row[i] = (float) Math.sin(1.3 * i + 0.7);
    }
    return row;
  }

  /** Clips of a seed stay what they are. */
  @ParameterizedTest
  @CsvSource({
    "0, 256, 1, 228, 21, 26, 30",
    "0, 256, 0.7, 228, 21, 26, 30",
    "5, 65536, 1, 54539, 24179, 24855, 25189",
    "5, 65536, 0.7, 53044, 25671, 26200, 26611"
  })
  void aSeedGivesTheCodesThatItGave(
      int mixtures, int levels, double temperature, int first, int second, int third, int fourth) {
    WaveNetConfig config =
        new WaveNetConfig(
            16_000,
            new WaveNetConfig.Signal(Quantization.LINEAR, levels, false),
            mixtures == 0 ? WaveNetConfig.Head.softmax() : WaveNetConfig.Head.logistics(mixtures),
            new WaveNetConfig.Stack(1, 2, 2, 8, 8, 8),
            List.of(),
            null);
    float[] row = row(config.numParameters());
    for (int i = mixtures; i < 3 * mixtures; i++) {
      row[i] = i < 2 * mixtures ? 0.6f * row[i] : row[i] - 3;
    }
    Sampler sampler = config.sampler(temperature);
    CounterRandom rng = CounterRandom.of(9);
    double[] code = new double[1];
    for (int expected : new int[] {first, second, third, fourth}) {
      sampler.sample(row, rng, code);
      assertThat(code[0]).isEqualTo(expected);
    }
  }
}
