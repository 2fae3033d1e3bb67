package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.chainrule.base.distribution.DiscretizedLogisticMixture;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.kernel.LogisticMixtureRow;
import java.lang.management.ManagementFactory;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class LogisticMixtureSamplerTest {
  private static final int LEVELS = 16;
  private static final double MIN_LOG_SCALE = -7;

  /** Two logistics, one of them wide enough to reach both open bins. */
  private static final float[] MIXTURE = {0.3f, -0.4f, -0.2f, 0.8f, -1.5f, -0.3f};

  private static Sampler sampler(double temperature) {
    return new LogisticMixtureSampler(2, LEVELS, MIN_LOG_SCALE, temperature);
  }

  /** The mixture of the likelihood's kernel and that of the sampler are one, to the bit. */
  @Test
  void theFamilysProbabilitiesAreThoseOfTheKernel() {
    CounterRandom rng = CounterRandom.of(2);
    for (int levels : new int[] {2, 16, 256, 65_536}) {
      LogisticMixtureRow row = new LogisticMixtureRow(3, levels, MIN_LOG_SCALE);
      DiscretizedLogisticMixture family = DiscretizedLogisticMixture.levels(3, levels);
      for (int n = 0; n < 200; n++) {
        float[] parameters = new float[9];
        for (int i = 0; i < 9; i++) {
          parameters[i] = (float) (i < 6 ? rng.nextDouble(-2, 2) : rng.nextDouble(-9, 1));
          row.parameters[i] = parameters[i];
        }
        family.set(parameters, MIN_LOG_SCALE, 1);
        int v = n == 0 ? 0 : n == 1 ? levels - 1 : rng.nextInt(levels);
        assertThat(family.logProb(v)).isEqualTo(row.logProb(v));
      }
    }
  }

  @Test
  void drawsHaveTheProbabilitiesOfTheLikelihood() {
    Sampler sampler = sampler(1);
    LogisticMixtureRow row = new LogisticMixtureRow(2, LEVELS, MIN_LOG_SCALE);
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
    sampler(0).sample(MIXTURE, CounterRandom.of(1), element);
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
    Sampler cold = sampler(temperature);
    Sampler other = sampler(1);
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
    assertThatThrownBy(() -> sampler(-1))
        .hasMessage("temperature -1.0, expected 0 (greedy) or more");
    float[] bad = MIXTURE.clone();
    bad[3] = Float.NaN;
    assertThatThrownBy(() -> sampler(1).sample(bad, CounterRandom.of(1), new double[1]))
        .hasMessage("parameters of a mixture that are not finite");
  }

  /** Images of a seed stay what they are. */
  @Test
  void aSeedGivesTheLevelsThatItGave() {
    float[] row = new float[15];
    for (int i = 0; i < 15; i++) {
      float sine = (float) Math.sin(1.3 * i + 0.7);
      row[i] = i < 5 ? sine : i < 10 ? 0.6f * sine : sine - 3;
    }
    Sampler levels = new LogisticMixtureSampler(5, 256, MIN_LOG_SCALE, 0.7);
    CounterRandom rng = CounterRandom.of(9);
    double[] element = new double[1];
    for (int expected : new int[] {206, 100, 102, 104}) {
      levels.sample(row, rng, element);
      assertThat(element[0]).isEqualTo(expected);
    }
  }

  @Test
  void drawingAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Sampler levels = sampler(0.7);
    CounterRandom rng = CounterRandom.of(1);
    double[] element = new double[1];
    long bytes = Long.MAX_VALUE;
    // The first draws load classes, and machine code takes the place of interpreted code later.
    for (int round = 0; round < 400 && bytes > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int n = 0; n < 1000; n++) {
        levels.sample(MIXTURE, rng, element);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(bytes).isZero();
  }
}
