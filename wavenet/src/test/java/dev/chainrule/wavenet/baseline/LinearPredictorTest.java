package dev.chainrule.wavenet.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.wavenet.Quantization;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearPredictorTest {
  private static int[] codes(double[] x) {
    int[] codes = new int[x.length];
    for (int t = 0; t < x.length; t++) {
      codes[t] = Quantization.LINEAR.encode(x[t], 256);
    }
    return codes;
  }

  @Test
  void anAutoregressionCostsTheEntropyOfItsNoise() {
    CounterRandom rng = CounterRandom.of(1);
    double[] x = new double[20_000];
    double scale = 0.02;
    for (int t = 2; t < x.length; t++) {
      double u = rng.nextDouble(1e-9, 1 - 1e-9);
      double noise = scale * Math.log(u / (1 - u));
      x[t] = 1.6 * x[t - 1] - 0.8 * x[t - 2] + noise;
    }
    List<int[]> clips = List.of(codes(x));
    double nll = LinearPredictor.fit(clips, Quantization.LINEAR, 256).nll(clips);
    // The entropy of a logistic is 2 + ln s; a code is 2/255 wide.
    double expected = 2 + Math.log(scale) - Math.log(2.0 / 255);
    assertThat(nll).isCloseTo(expected, within(0.06));
  }

  @Test
  void probabilitiesOfUniformNoiseCostNoLessThanUniformCodes() {
    CounterRandom rng = CounterRandom.of(2);
    int[] codes = rng.ints(20_000, 0, 256).toArray();
    double nll = LinearPredictor.fit(List.of(codes), Quantization.LINEAR, 256).nll(List.of(codes));
    assertThat(nll).isBetween(Math.log(256) - 0.01, Math.log(256) + 0.4);
  }
}
