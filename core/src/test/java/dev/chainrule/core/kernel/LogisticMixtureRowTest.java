package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogisticMixtureRowTest {
  private static LogisticMixtureRow one(int levels, double mean, double logScale, double floor) {
    LogisticMixtureRow row = new LogisticMixtureRow(1, levels, floor);
    row.parameters[1] = mean;
    row.parameters[2] = logScale;
    return row;
  }

  @ParameterizedTest
  @CsvSource({
    "256, 128, 0, -3, -3.2364758",
    "256, 64, 0.3, -1, -6.2337810",
    "256, 0, 0, -3, -20.0067701",
    "256, 255, 0, -3, -20.0067701",
    "256, 0, -0.9, -2, -1.1098313",
    "256, 255, 0.95, -4, -2.5934972",
    "256, 200, -0.5, -7, -1167.5919585",
    "256, 200, -0.5, -9, -1167.5919585",
    "65536, 40000, 0.2, -9, -169.3047392",
    "65536, 32768, 0, -5, -6.7834885",
  })
  void massesAreThePublishedOnes(int levels, int v, double mean, double logScale, double expected) {
    double floor = levels == 256 ? -7 : -20;
    assertThat(one(levels, mean, logScale, floor).logProb(v)).isCloseTo(expected, within(2e-6));
  }

  @Test
  void massesSumToOneAtAnyScale() {
    for (int levels : new int[] {2, 256, 65536}) {
      for (double logScale : new double[] {-14, -7, -3, 0, 2}) {
        LogisticMixtureRow row = new LogisticMixtureRow(2, levels, -20);
        double[] parameters = {0.3, -1.2, 0.1, -0.7, logScale, -2};
        System.arraycopy(parameters, 0, row.parameters, 0, 6);
        double sum = 0;
        for (int v = 0; v < levels; v++) {
          sum += Math.exp(row.logProb(v));
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
      }
    }
  }

  @Test
  void gradientsAgreeWithDifferences() {
    double[] parameters = {0.3, -1.2, 0.1, 0.1, -0.7, 0.9, -4, -1, -30};
    for (int v : new int[] {0, 1, 100, 254, 255}) {
      LogisticMixtureRow row = new LogisticMixtureRow(3, 256, -7);
      System.arraycopy(parameters, 0, row.parameters, 0, 9);
      row.gradient(v);
      for (int i = 0; i < 9; i++) {
        double h = 1e-6;
        row.parameters[i] = parameters[i] + h;
        double above = -row.logProb(v);
        row.parameters[i] = parameters[i] - h;
        double below = -row.logProb(v);
        row.parameters[i] = parameters[i];
        double expected = (above - below) / (2 * h);
        assertThat(row.gradient[i]).isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
      }
    }
  }
}
