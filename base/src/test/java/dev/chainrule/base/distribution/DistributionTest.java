package dev.chainrule.base.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.EnumeratedIntegerDistribution;
import org.apache.commons.math3.distribution.IntegerDistribution;
import org.apache.commons.math3.distribution.LogNormalDistribution;
import org.apache.commons.math3.distribution.LogisticDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.PascalDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DistributionTest {
  private static final float NONE = Float.NEGATIVE_INFINITY;
  private static final double[] LEVELS = {1e-6, 1e-3, 0.1, 0.25, 0.5, 0.77, 0.9, 0.999, 1 - 1e-6};

  static Stream<Distribution> continuous() {
    return Stream.of(
        new Gaussian(2, 3),
        new Gaussian(-1e3, 0.01),
        new StudentT(1, 2, 2.5),
        new StudentT(0, 1, 30),
        new StudentT(-4, 0.5, 1e9),
        new LogNormal(3, 0.7),
        new Beta(0.3, 0.6),
        new Beta(4, 9),
        new Affine(new StudentT(1, 2, 5), 10, 3),
        new Affine(new Beta(2, 1), -1, 4),
        new EqualMixture(List.of(new Gaussian(-3, 1), new StudentT(2, 0.5, 4))),
        new QuantileSpline(
            new double[] {0, 0.05, 0.5, 0.75, 1}, new double[] {-3, -1, 0.5, 0.75, 4}));
  }

  static Stream<Distribution> whole() {
    DiscretizedLogisticMixture levels = DiscretizedLogisticMixture.levels(2, 16);
    levels.set(new float[] {0.3f, -0.4f, -0.2f, 0.8f, -1.5f, -0.3f}, -7, 1);
    DiscretizedLogisticMixture bent = DiscretizedLogisticMixture.levels(2, 256);
    bent.set(new float[] {0.3f, -0.4f, -1.2f, 0.8f, -9f, -0.3f}, -7, 0.6);
    DiscretizedLogisticMixture counts = DiscretizedLogisticMixture.counts(3);
    counts.set(new double[] {0, 1, -1}, new double[] {-2, 5, 40}, new double[] {0.3, 2, 7});
    return Stream.of(
        new NegativeBinomial(7, 0.4),
        new NegativeBinomial(0.3, 5),
        new NegativeBinomial(250, 0.001),
        new EqualMixture(List.of(new NegativeBinomial(7, 0.4), new NegativeBinomial(0.3, 5))),
        new Bernoulli(0.3),
        new Bernoulli(1),
        new Categorical(new float[] {3, 2.5f, NONE, 1, NONE}),
        levels,
        bent,
        counts);
  }

  static Stream<Distribution> all() {
    return Stream.concat(continuous(), whole());
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void densitiesIntegrateToCumulativeProbabilities(Distribution distribution) {
    int parts = 50;
    for (int percent = 10; percent < 990; percent += 5) {
      double from = distribution.quantile(percent / 1000.0);
      double to = distribution.quantile((percent + 5) / 1000.0);
      double width = (to - from) / parts;
      double mass = 0;
      for (int i = 0; i < parts; i++) {
        mass += width * Math.exp(distribution.logProb(from + (i + 0.5) * width));
      }
      assertThat(mass).isCloseTo(0.005, within(1e-6));
      assertThat(distribution.cdf(to) - distribution.cdf(from)).isCloseTo(0.005, within(1e-9));
    }
    Support support = distribution.support();
    assertThat(distribution.cdf(support.lowest())).isZero();
    assertThat(distribution.cdf(support.highest())).isEqualTo(1);
    assertThat(distribution.logProb(Double.POSITIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("whole")
  void probabilitiesAddUpToCumulativeOnesAndTheirMoments(Distribution distribution) {
    double sum = 0;
    double mean = 0;
    double square = 0;
    double last = Math.min(distribution.support().highest(), 5000);
    for (double v = 0; v <= last; v++) {
      double p = Math.exp(distribution.logProb(v));
      sum += p;
      mean += v * p;
      square += v * v * p;
      assertThat(distribution.cdf(v)).isCloseTo(sum, within(1e-10));
      assertThat(distribution.cdf(v + 0.9)).isEqualTo(distribution.cdf(v));
    }
    assertThat(sum).isCloseTo(1, within(1e-10));
    assertThat(distribution.mean()).isCloseTo(mean, within(1e-8 * (1 + mean)));
    double variance = square - mean * mean;
    assertThat(distribution.variance()).isCloseTo(variance, within(1e-6 * (1 + variance)));
    for (double none : new double[] {-1, 0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(distribution.logProb(none)).isEqualTo(Double.NEGATIVE_INFINITY);
    }
    assertThat(distribution.logProb(distribution.support().highest() + 1))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(distribution.cdf(-1)).isZero();
  }

  @ParameterizedTest
  @MethodSource("all")
  void quantilesInvertTheCumulativeFunction(Distribution distribution) {
    for (double level : LEVELS) {
      double x = distribution.quantile(level);
      if (distribution.support().whole()) {
        assertThat(distribution.cdf(x)).isGreaterThan(level);
        assertThat(distribution.cdf(x - 1)).isLessThanOrEqualTo(level);
      } else {
        assertThat(distribution.cdf(x)).isCloseTo(level, within(1e-9));
      }
    }
    for (double none : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> distribution.quantile(none))
          .hasMessage("quantile level %s, expected from 0 to 1".formatted(none));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void drawsFollowTheCumulativeFunction(Distribution distribution) {
    int n = 40_000;
    CounterRandom rng = CounterRandom.of(3);
    double[] draws = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      draws[i] = distribution.sample(rng);
      assertThat(distribution.support().contains(draws[i])).isTrue();
      sum += draws[i];
    }
    Arrays.sort(draws);
    double apart = 0;
    for (int i = 0; i < n; i++) {
      // Of equal draws the last one counts: the function jumps there.
      if (i + 1 == n || draws[i + 1] > draws[i]) {
        apart = Math.max(apart, Math.abs(distribution.cdf(draws[i]) - (i + 1.0) / n));
      }
    }
    // Kolmogorov and Smirnov: further apart once in a thousand.
    assertThat(apart).isLessThan(1.95 / Math.sqrt(n));
    double deviation = Math.sqrt(distribution.variance());
    assertThat(sum / n)
        .isCloseTo(distribution.mean(), within(4 * deviation / Math.sqrt(n) + 1e-12));
  }

  static Stream<Arguments> oracles() {
    return Stream.of(
        Arguments.of(new Gaussian(2, 3), new NormalDistribution(2, 3), 0, 1),
        Arguments.of(new StudentT(1, 2, 2.5), new TDistribution(2.5), 1, 2),
        Arguments.of(new StudentT(0, 1, 40), new TDistribution(40), 0, 1),
        Arguments.of(new LogNormal(3, 0.7), new LogNormalDistribution(Math.log(3), 0.7), 0, 1),
        Arguments.of(new Beta(4, 9), new BetaDistribution(4, 9), 0, 1),
        Arguments.of(new Affine(new Beta(4, 9), -2, 5), new BetaDistribution(4, 9), -2, 5),
        Arguments.of(
            new QuantileSpline(new double[] {0, 1}, new double[] {-2, 6}),
            new UniformRealDistribution(-2, 6),
            0,
            1));
  }

  /** The oracle is one of x, that which is tested one of centre + scale x. */
  @ParameterizedTest
  @MethodSource("oracles")
  void agreesWithCommonsMath(
      Distribution distribution, RealDistribution oracle, double centre, double scale) {
    for (double level = 0.01; level < 1; level += 0.07) {
      double x = oracle.inverseCumulativeProbability(level);
      double y = centre + scale * x;
      assertThat(Math.exp(distribution.logProb(y)) * scale)
          .isCloseTo(oracle.density(x), within(1e-9));
      assertThat(distribution.cdf(y)).isCloseTo(oracle.cumulativeProbability(x), within(1e-9));
      assertThat(distribution.quantile(level)).isCloseTo(y, within(1e-6));
    }
    assertThat(distribution.mean())
        .isCloseTo(centre + scale * oracle.getNumericalMean(), within(1e-9));
    assertThat(distribution.variance())
        .isCloseTo(scale * scale * oracle.getNumericalVariance(), within(1e-9));
  }

  static Stream<Arguments> wholeOracles() {
    return Stream.of(
        Arguments.of(new NegativeBinomial(6, 0.25), new PascalDistribution(4, 1 / (1 + 0.25 * 6))),
        Arguments.of(new NegativeBinomial(3000, 0.01), new PascalDistribution(100, 1 / (1 + 30.0))),
        Arguments.of(new Bernoulli(0.3), new BinomialDistribution(1, 0.3)),
        Arguments.of(
            new Categorical(new float[] {NONE, (float) Math.log(3), 0}),
            new EnumeratedIntegerDistribution(new int[] {1, 2}, new double[] {0.75, 0.25})));
  }

  @ParameterizedTest
  @MethodSource("wholeOracles")
  void agreesWithCommonsMathOnWholeNumbers(Distribution distribution, IntegerDistribution oracle) {
    for (double level = 0.013; level < 1; level += 0.07) {
      int x = oracle.inverseCumulativeProbability(level);
      assertThat(distribution.quantile(level)).isEqualTo(x);
      assertThat(Math.exp(distribution.logProb(x))).isCloseTo(oracle.probability(x), within(1e-7));
      assertThat(distribution.cdf(x)).isCloseTo(oracle.cumulativeProbability(x), within(1e-7));
    }
    assertThat(distribution.mean()).isCloseTo(oracle.getNumericalMean(), within(1e-6));
    assertThat(distribution.variance())
        .isCloseTo(oracle.getNumericalVariance(), within(1e-6 * oracle.getNumericalVariance()));
  }

  @Test
  void binsOfALogisticHoldItsMass() {
    LogisticDistribution oracle = new LogisticDistribution(-1.5, 4);
    DiscretizedLogisticMixture counts = DiscretizedLogisticMixture.counts(1);
    counts.set(new double[] {7}, new double[] {-1.5}, new double[] {4});
    assertThat(Math.exp(counts.logProb(0)))
        .isCloseTo(oracle.cumulativeProbability(0.5), within(1e-12));
    assertThat(Math.exp(counts.logProb(9))).isCloseTo(oracle.probability(8.5, 9.5), within(1e-12));
    // Far out, where both edges round to one.
    assertThat(counts.logProb(1000))
        .isCloseTo(-1001.5 / 4 + Math.log(2 * Math.sinh(0.125)), within(1e-9));
  }

  @Test
  void momentsOfWideCountsAreThoseOfTheirLogistic() {
    double scale = 3e5;
    DiscretizedLogisticMixture counts = DiscretizedLogisticMixture.counts(1);
    counts.set(new double[] {0}, new double[] {2e5}, new double[] {scale});
    // The integral of the share above y, from 0.
    double expected = scale * Math.log1p(Math.exp(2.0 / 3));
    assertThat(counts.mean()).isCloseTo(expected, within(1e-5 * expected));
    DiscretizedLogisticMixture far = DiscretizedLogisticMixture.counts(1);
    far.set(new double[] {0}, new double[] {1e9}, new double[] {scale});
    assertThat(far.mean()).isCloseTo(1e9, within(1.0));
    double variance = scale * scale * Math.PI * Math.PI / 3;
    assertThat(far.variance()).isCloseTo(variance, within(1e-3 * variance));
  }

  @Test
  void levelsOfOneAndZeroAreTheEnds() {
    for (Distribution distribution : all().toList()) {
      Support support = distribution.support();
      if (distribution instanceof Categorical) {
        assertThat(distribution.quantile(1)).isEqualTo(3);
      } else {
        assertThat(distribution.quantile(1)).isEqualTo(support.highest());
      }
      if (!support.whole()) {
        assertThat(distribution.quantile(0)).isEqualTo(support.lowest());
      }
    }
    assertThat(new Bernoulli(0).quantile(1)).isZero();
  }

  @Test
  void supportsSayWhatTheyHold() {
    assertThat(Support.NUMBERS).hasToString("numbers");
    assertThat(Support.POSITIVE).hasToString("numbers above 0");
    assertThat(Support.SHARES).hasToString("numbers between 0 and 1");
    assertThat(Support.COUNTS).hasToString("whole numbers from 0");
    assertThat(Support.classes(2)).hasToString("0 or 1");
    assertThat(Support.classes(256)).hasToString("whole numbers from 0 to 255");
    assertThat(Support.POSITIVE.contains(0)).isFalse();
    assertThat(Support.COUNTS.contains(0)).isTrue();
    assertThat(Support.COUNTS.contains(Double.POSITIVE_INFINITY)).isFalse();
    assertThat(Support.SHARES.contains(Double.NaN)).isFalse();
    assertThatThrownBy(() -> new Support(2, 1, false)).hasMessageContaining("from 2.0 to 1.0");
  }

  @Test
  void whatIsNoDistributionIsRefused() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String found = "found %s, expected a finite number above 0".formatted(bad);
      for (org.assertj.core.api.ThrowableAssert.ThrowingCallable made :
          List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
              () -> new Gaussian(0, bad),
              () -> new StudentT(0, bad, 3),
              () -> new StudentT(0, 1, bad),
              () -> new LogNormal(bad, 1),
              () -> new LogNormal(1, bad),
              () -> new Beta(bad, 1),
              () -> new Beta(1, bad),
              () -> new NegativeBinomial(bad, 1),
              () -> new NegativeBinomial(1, bad),
              () -> new Affine(new Gaussian(0, 1), 0, bad))) {
        assertThatThrownBy(made).hasMessageContaining(found);
      }
    }
    assertThatThrownBy(() -> new Gaussian(Double.NaN, 1)).hasMessageContaining("mean");
    assertThatThrownBy(() -> new Bernoulli(1.5))
        .hasMessage("probability 1.5, expected from 0 to 1");
    assertThatThrownBy(() -> new Affine(new Bernoulli(0.5), 0, 2))
        .hasMessage("a scale of 0 or 1, expected a continuous distribution");
    assertThatThrownBy(() -> new QuantileSpline(new double[] {0, 1}, new double[] {1, 0}))
        .hasMessageContaining("expected them not to fall");
    assertThatThrownBy(() -> DiscretizedLogisticMixture.levels(0, 4))
        .hasMessageContaining("0 components");
    assertThatThrownBy(() -> DiscretizedLogisticMixture.levels(1, 1))
        .hasMessageContaining("1 levels");
  }
}
