package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.distribution.Categorical;
import dev.chainrule.base.random.CounterRandom;
import org.junit.jupiter.api.Test;

class ExponentialsTest {
  @Test
  void theyAreThoseOfMathToTwoUnitsInTheLastPlace() {
    CounterRandom rng = CounterRandom.of(3);
    for (int n : new int[] {1, 3, 4, 7, 64, 1001}) {
      float[] x = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = (float) (3 - 90 * Math.pow(rng.nextDouble(), 3));
      }
      double[] y = new double[n];
      double sum = Exponentials.of(y, x, n, 3);
      double expected = 0;
      for (int i = 0; i < n; i++) {
        double exp = Math.exp((double) x[i] - 3);
        assertThat(y[i]).as("%s of %d", x[i], n).isCloseTo(exp, within(2 * Math.ulp(exp)));
        assertThat(y[i]).isEqualTo(Exponentials.of((double) x[i] - 3));
        expected += exp;
      }
      assertThat(sum).isCloseTo(expected, within(1e-14 * expected));
    }
  }

  @Test
  void whatIsImpossibleIsZeroAndTheLargestIsOne() {
    float[] x = {5, Float.NEGATIVE_INFINITY, -Float.MAX_VALUE, -702, -704, 5, 5, -710};
    double[] y = new double[x.length];
    double sum = Exponentials.of(y, x, x.length, 5);
    assertThat(y[0]).isEqualTo(1);
    assertThat(y[1]).isZero();
    assertThat(y[2]).isZero();
    assertThat(y[3]).isCloseTo(Math.exp(-707), within(1e-320));
    assertThat(y[4]).isZero();
    assertThat(sum).isEqualTo(3);
  }

  @Test
  void theLogarithmOfTheirSumIsTheCategoricals() {
    CounterRandom rng = CounterRandom.of(4);
    float[] logits = new float[777];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 9 == 0 ? Float.NEGATIVE_INFINITY : (float) (5 * rng.nextGaussian());
    }
    assertThat(new Candidates(logits.length).logSumExp(logits))
        .isCloseTo(Categorical.logSumExp(logits, logits.length), within(1e-13));
  }
}
