package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.distribution.Categorical;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.Sampler;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeSamplerTest {
  private static float[] row(int n) {
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      row[i] = (float) Math.sin(1.3 * i + 0.7);
    }
    return row;
  }

  /** Beside a level where two codes meet float32 may take the other one. */
  @ParameterizedTest
  @CsvSource({"256, 1", "255, 1", "3, 1", "256, 0.7", "256, 3"})
  void drawsAreThoseOfTheCategorical(int levels, double temperature) {
    Sampler sampler = new CodeSampler(levels, temperature);
    CounterRandom rng = CounterRandom.of(4);
    float[] logits = new float[levels];
    float[] bent = new float[levels];
    double[] code = new double[1];
    for (int n = 0; n < 500; n++) {
      for (int i = 0; i < levels; i++) {
        logits[i] = (float) (3 * rng.nextGaussian());
        bent[i] = (float) (logits[i] / temperature);
      }
      double uniform = CounterRandom.of(5, n).nextDouble();
      double logProb = sampler.sample(logits, CounterRandom.of(5, n), code);
      Categorical expected = new Categorical(bent);
      assertThat(code[0])
          .isBetween(
              expected.quantile(Math.max(0, uniform - 1e-5)),
              expected.quantile(Math.min(1, uniform + 1e-5)));
      assertThat(logProb).isCloseTo(new Categorical(logits).logProb(code[0]), within(1e-5));
    }
  }

  @Test
  void withoutTemperatureItIsTheMode() {
    double[] code = new double[1];
    new CodeSampler(256, 0).sample(row(256), CounterRandom.of(1), code);
    assertThat(code[0]).isEqualTo(new Categorical(row(256)).mode());
  }

  @Test
  void whatIsNotFiniteIsRefused() {
    float[] bad = row(256);
    bad[9] = Float.NaN;
    assertThatThrownBy(
            () -> new CodeSampler(256, 1).sample(bad, CounterRandom.of(1), new double[1]))
        .hasMessage("the network's output is not finite");
    assertThatThrownBy(() -> new CodeSampler(256, -1))
        .hasMessage("temperature -1.0, expected 0 (greedy) or more");
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
