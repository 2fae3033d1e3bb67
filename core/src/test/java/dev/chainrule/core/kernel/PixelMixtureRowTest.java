package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import org.junit.jupiter.api.Test;

class PixelMixtureRowTest {
  private static final double[] FIRST = {-0.9, -2, 0.5, 0, -3, -0.5, 0.9, -4, 0.25};
  private static final double[] SECOND = {-0.5, -1, 0, 0.1, -1, 0, 0.2, -1, 0};

  /** A mixture of components, each by mean, log-scale and coefficient of R, G and B. */
  private static PixelMixtureRow mixture(double[] weights, double[]... components) {
    int count = components.length;
    PixelMixtureRow row = new PixelMixtureRow(count, 256, -7);
    for (int k = 0; k < count; k++) {
      row.parameters[k] = Math.log(weights[k]);
      for (int i = 0; i < 9; i++) {
        row.parameters[count + i * count + k] = components[k][i];
      }
    }
    return row;
  }

  private static double logProb(PixelMixtureRow row, int... pixel) {
    row.begin();
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += row.observe(c, pixel[c]);
    }
    return sum;
  }

  /**
   * The first has a bin of mass below 1e-5, where the published code takes the density in the bin's
   * centre for it and has -35.5546157.
   */
  @Test
  void likelihoodsAreThePublishedOnes() {
    assertThat(logProb(mixture(new double[] {1}, FIRST), 10, 128, 250))
        .isCloseTo(-35.5469868, within(1e-6));
    double both = logProb(mixture(new double[] {0.25, 0.75}, FIRST, SECOND), 10, 128, 250);
    assertThat(both).isCloseTo(-17.2395328, within(1e-6));
    assertThat(-both / (3 * Math.log(2))).isCloseTo(8.2904629, within(1e-6));
  }

  @Test
  void theConditionalsAreMixturesWithTheSameLikelihood() {
    PixelMixtureRow pixel = mixture(new double[] {0.25, 0.75}, FIRST, SECOND);
    int[] levels = {30, 255, 0};
    pixel.begin();
    for (int c = 0; c < 3; c++) {
      LogisticMixtureRow value = new LogisticMixtureRow(2, 256, -7);
      for (int i = 0; i < 6; i++) {
        value.parameters[i] = pixel.conditional(c, i);
      }
      double expected = value.logProb(levels[c]);
      assertThat(pixel.observe(c, levels[c])).isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void gradientsAgreeWithDifferences() {
    CounterRandom rng = CounterRandom.of(3);
    double[] weights = {1, 0.5, 2};
    for (int[] levels : new int[][] {{0, 255, 7}, {100, 130, 0}, {255, 1, 254}}) {
      PixelMixtureRow row = new PixelMixtureRow(3, 256, -2);
      for (int i = 0; i < 30; i++) {
        row.parameters[i] = rng.nextGaussian() - (i == 6 ? 4 : 0);
      }
      weighted(row, weights, levels);
      double[] gradient = new double[30];
      row.gradient(weights, gradient);
      for (int i = 0; i < 30; i++) {
        double h = 1e-6;
        double old = row.parameters[i];
        row.parameters[i] = old + h;
        double above = weighted(row, weights, levels);
        row.parameters[i] = old - h;
        double below = weighted(row, weights, levels);
        row.parameters[i] = old;
        double expected = (above - below) / (2 * h);
        assertThat(gradient[i])
            .as("%d", i)
            .isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
      }
    }
  }

  private static double weighted(PixelMixtureRow row, double[] weights, int[] levels) {
    row.begin();
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum -= weights[c] * row.observe(c, levels[c]);
    }
    return sum;
  }
}
