package dev.chainrule.pixelcnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.kernel.LogisticMixtureRow;
import dev.chainrule.core.sampling.Sampler;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class LogisticMixtureSamplerTest {
  private static final int LEVELS = 16;

  /** Two logistics, one of them wide enough to reach both open bins. */
  private static final float[] MIXTURE = {0.3f, -0.4f, -0.2f, 0.8f, -1.5f, -0.3f};

  @Test
  void drawsHaveTheProbabilitiesOfTheLikelihood() {
    Sampler sampler = ImageOutput.logistics(2).sampler(LEVELS, 1);
    LogisticMixtureRow row = new LogisticMixtureRow(2, LEVELS, ImageOutput.MIN_LOG_SCALE);
    for (int i = 0; i < MIXTURE.length; i++) {
      row.parameters[i] = MIXTURE[i];
    }
    int draws = 50_000;
    double[] expected = new double[LEVELS];
    long[] seen = new long[LEVELS];
    CounterRandom rng = CounterRandom.of(9);
    double[] element = new double[1];
    for (int n = 0; n < draws; n++) {
      double logProb = sampler.sample(MIXTURE, rng, element);
      int level = (int) element[0];
      assertThat(logProb).isEqualTo(row.logProb(level), within(1e-12));
      seen[level]++;
    }
    for (int v = 0; v < LEVELS; v++) {
      expected[v] = draws * Math.exp(row.logProb(v));
    }
    assertThat(new ChiSquareTest().chiSquareTest(expected, seen)).isGreaterThan(0.01);
  }

  @Test
  void withoutTemperatureItIsTheMeanOfTheMostProbableLogistic() {
    double[] element = new double[1];
    ImageOutput.logistics(2).sampler(LEVELS, 0).sample(MIXTURE, CounterRandom.of(1), element);
    assertThat(element[0]).isEqualTo(Math.round((1 - 0.2f) / 2 * 15));
  }

  /** Scales are multiplied, logits divided: what is drawn is a mixture of narrower logistics. */
  @Test
  void aTemperatureNarrowsTheLogisticsAndSharpensTheirWeights() {
    double temperature = 0.5;
    float[] narrower = MIXTURE.clone();
    for (int k = 0; k < 2; k++) {
      narrower[k] /= (float) temperature;
      narrower[4 + k] += (float) Math.log(temperature);
    }
    Sampler cold = ImageOutput.logistics(2).sampler(LEVELS, temperature);
    Sampler other = ImageOutput.logistics(2).sampler(LEVELS, 1);
    double[] a = new double[1];
    double[] b = new double[1];
    for (int n = 0; n < 500; n++) {
      cold.sample(MIXTURE, CounterRandom.of(9, n), a);
      other.sample(narrower, CounterRandom.of(9, n), b);
      assertThat(a[0]).isEqualTo(b[0]);
    }
  }

  @Test
  void whatIsNoMixtureIsRefused() {
    assertThatThrownBy(() -> ImageOutput.logistics(0))
        .hasMessage("num_mixtures 0 of output logistics, expected 1 or more");
    assertThatThrownBy(() -> ImageOutput.logistics(2).sampler(LEVELS, -1))
        .hasMessage("temperature -1.0, expected 0 (greedy) or more");
  }
}
