package dev.chainrule.base.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import org.junit.jupiter.api.Test;

class CategoricalTest {
  private static final float NONE = Float.NEGATIVE_INFINITY;

  /** Probabilities 1/2, 1/4, 0, 1/4. */
  private static final float[] LOGITS = {
    3, (float) (3 - Math.log(2)), NONE, (float) (3 - Math.log(2))
  };

  private final Categorical categorical = new Categorical(LOGITS);

  @Test
  void logProbabilitiesAreNormalised() {
    assertThat(categorical.logProb(0)).isCloseTo(Math.log(0.5), within(1e-7));
    assertThat(categorical.logProb(1)).isCloseTo(Math.log(0.25), within(1e-7));
    assertThat(categorical.logProb(2)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void whatIsNoClassHasProbabilityZero() {
    assertThat(categorical.logProb(0.5)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(categorical.logProb(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(categorical.logProb(4)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void quantilesSkipImpossibleClasses() {
    assertThat(categorical.quantile(0)).isZero();
    assertThat(categorical.quantile(0.49)).isZero();
    assertThat(categorical.quantile(0.51)).isEqualTo(1);
    assertThat(categorical.quantile(0.76)).isEqualTo(3);
    assertThat(categorical.quantile(1)).isEqualTo(3);
  }

  @Test
  void aLevelOfZeroIsNotAnImpossibleFirstClass() {
    assertThat(new Categorical(new float[] {NONE, 0}).quantile(0)).isEqualTo(1);
  }

  @Test
  void summariesAreThoseOfTheProbabilities() {
    assertThat(categorical.mean()).isCloseTo(0.25 + 0.75, within(1e-7));
    assertThat(categorical.entropy()).isCloseTo(1.5 * Math.log(2), within(1e-7));
    assertThat(categorical.mode()).isZero();
    assertThat(new Categorical(new float[] {1, 2, 2}).mode()).isEqualTo(1);
  }

  @Test
  void drawsFollowTheProbabilities() {
    int[] counts = new int[4];
    CounterRandom rng = CounterRandom.of(1);
    int draws = 40_000;
    for (int i = 0; i < draws; i++) {
      counts[(int) categorical.sample(rng)]++;
    }
    // Four standard deviations of a count with p = 1/2.
    double tolerance = 4 * Math.sqrt(draws) / 2;
    assertThat((double) counts[0]).isCloseTo(draws / 2.0, within(tolerance));
    assertThat((double) counts[1]).isCloseTo(draws / 4.0, within(tolerance));
    assertThat(counts[2]).isZero();
  }

  @Test
  void largeLogitsDoNotOverflow() {
    assertThat(Categorical.logSumExp(new float[] {1e30f, 1e30f}, 2)).isCloseTo(1e30, within(1e24));
  }

  @Test
  void whatIsNoDistributionIsSaid() {
    assertThatThrownBy(() -> new Categorical(new float[] {0, Float.NaN, 0, 0}).entropy())
        .hasMessageContaining("class 1 is NaN");
    assertThatThrownBy(() -> new Categorical(new float[] {NONE, NONE, NONE, NONE}).entropy())
        .hasMessageContaining("all 4 logits are negative infinity");
    assertThatThrownBy(() -> categorical.quantile(Double.NaN)).hasMessageContaining("NaN");
  }
}
