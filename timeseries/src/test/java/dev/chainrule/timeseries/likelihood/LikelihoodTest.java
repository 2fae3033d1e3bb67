package dev.chainrule.timeseries.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.LogNormalDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LikelihoodTest {
  static List<Likelihood> all() {
    return List.of(
        new Gaussian(),
        new StudentT(),
        new NegativeBinomial(),
        new LogNormal(),
        new Bernoulli(),
        new Beta(),
        new LogisticMixture(),
        new QuantileSpline());
  }

  /** Those with a density. */
  static Stream<Likelihood> densities() {
    return all().stream().filter(likelihood -> !(likelihood instanceof QuantileSpline));
  }

  /** A value that can occur. */
  private static double target(Likelihood likelihood, double scale, RandomGenerator rng) {
    double near = scale * rng.nextDouble(0, 3);
    return switch (likelihood) {
      case Bernoulli b -> rng.nextInt(2);
      case Beta b -> rng.nextDouble(0.001, 0.999);
      case LogNormal l -> near + 1e-3;
      default -> Math.rint(near);
    };
  }

  @ParameterizedTest
  @MethodSource("all")
  void slopesAgreeWithCentralDifferences(Likelihood likelihood) {
    RandomGenerator rng = CounterRandom.of(5);
    for (int trial = 0; trial < 200; trial++) {
      Tensor raw = randomRaw(likelihood, rng);
      double scale = rng.nextDouble(0.1, 50);
      double target = target(likelihood, scale, rng);
      Tensor slopes = Tensor.zeros(DType.FLOAT64, likelihood.numParameters());
      likelihood.nll(raw, 0, target, scale, slopes);
      for (int i = 0; i < likelihood.numParameters(); i++) {
        double old = raw.get(i);
        Tensor ignored = Tensor.zeros(DType.FLOAT64, likelihood.numParameters());
        raw.set(i, old + 1e-5);
        double above = likelihood.nll(raw, 0, target, scale, ignored);
        raw.set(i, old - 1e-5);
        double below = likelihood.nll(raw, 0, target, scale, ignored);
        raw.set(i, old);
        double expected = (above - below) / 2e-5;
        assertThat(slopes.get(i)).isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("densities")
  void probabilitiesAddUpToOneAndAreThoseOfDraws(Likelihood likelihood) {
    RandomGenerator rng = CounterRandom.of(6);
    Tensor raw = randomRaw(likelihood, rng);
    Tensor slopes = Tensor.zeros(DType.FLOAT64, likelihood.numParameters());
    double scale = likelihood.scaling() == Scaling.NONE ? 1 : 4;
    double[] draws = new double[100_000];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = likelihood.sample(raw, 0, scale, rng);
      assertThat(likelihood.supports(draws[i])).isTrue();
    }
    Arrays.sort(draws);
    boolean whole = likelihood.support().startsWith("whole") || likelihood instanceof Bernoulli;
    double step = whole ? 1 : likelihood instanceof Beta ? 1e-4 : 0.01;
    double total = 0;
    double apart = 0;
    int below = 0;
    // Densities are summed at the middles of their steps.
    for (double y = whole ? 0 : -400 + step / 2; y < 400; y += step) {
      if (likelihood.supports(y)) {
        total += step * Math.exp(-likelihood.nll(raw, 0, y, scale, slopes));
        while (below < draws.length && draws[below] < y + step / 2) {
          below++;
        }
        apart = Math.max(apart, Math.abs(total - (double) below / draws.length));
      }
    }
    assertThat(total).isCloseTo(1, within(1e-3));
    // Kolmogorov and Smirnov: more than 0.0062 apart once in a thousand.
    assertThat(apart).isLessThan(0.0062);
  }

  @Test
  void theScoreOfASplineIsTheIntegralOfItsPinballLosses() {
    RandomGenerator rng = CounterRandom.of(8);
    QuantileSpline spline = new QuantileSpline();
    Tensor raw = randomRaw(spline, rng);
    Tensor slopes = Tensor.zeros(DType.FLOAT64, spline.numParameters());
    for (double y : new double[] {-30, 1.5, 2, 3, 60}) {
      double integral = 0;
      int n = 200_000;
      for (int i = 0; i < n; i++) {
        double p = (i + 0.5) / n;
        double quantile = spline.sample(raw, 0, 3, fixed(p));
        integral += 2 * (y - quantile) * (p - (y < quantile ? 1 : 0)) / n;
      }
      assertThat(spline.nll(raw, 0, y, 3, slopes)).isCloseTo(integral / 3, within(1e-6));
    }
    assertThat(spline.sample(raw, 0, 3, fixed(0.5))).isCloseTo(3 * raw.get(0), within(1e-12));
  }

  private static RandomGenerator fixed(double uniform) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return 0;
      }

      @Override
      public double nextDouble() {
        return uniform;
      }
    };
  }

  @Test
  void agreesWithIndependentDensities() {
    Tensor slopes = Tensor.zeros(DType.FLOAT64, 3);
    Tensor raw = Tensor.zeros(DType.FLOAT64, 3);
    raw.set(0, 0.7);
    raw.set(1, 2.4);
    raw.set(2, -0.3);
    double spread = Special.softplus(2.4 - 3) + 1e-6;
    assertThat(new Gaussian().nll(raw, 0, 5, 3, slopes))
        .isCloseTo(-new NormalDistribution(2.1, 3 * spread).logDensity(5), within(1e-10));
    double logMean = Math.log(Special.softplus(7) / 10 * 3);
    assertThat(new LogNormal().nll(raw, 0, 5, 3, slopes))
        .isCloseTo(-new LogNormalDistribution(logMean, spread).logDensity(5), within(1e-9));
    double mean = 1e-4 + (1 - 2e-4) * Special.sigmoid(0.7);
    double sum = Special.softplus(5.4) + 0.01;
    assertThat(new Beta().nll(raw, 0, 0.3, 1, slopes))
        .isCloseTo(
            -new BetaDistribution(mean * sum, (1 - mean) * sum).logDensity(0.3), within(1e-9));
    double df = 2 + Special.softplus(-0.3);
    double z = (5 / 3.0 - 0.7) / spread;
    assertThat(new StudentT().nll(raw, 0, 5, 3, slopes))
        .isCloseTo(-new TDistribution(df).logDensity(z) + Math.log(3 * spread), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.1, 0.5, 1, 2.5, 7.9, 8, 33, 1e4})
  void gammaFunctionsAgreeWithCommonsMath(double x) {
    double expected = Gamma.logGamma(x);
    assertThat(Special.logGamma(x)).isCloseTo(expected, within(1e-11 * (1 + Math.abs(expected))));
    assertThat(Special.digamma(x))
        .isCloseTo(Gamma.digamma(x), within(1e-8 * (1 + Math.abs(Gamma.digamma(x)))));
    double step = Gamma.logGamma(x + 0.5) - expected;
    assertThat(Math.log(Special.halfStep(x)))
        .isCloseTo(step, within(1e-10 * (1 + Math.abs(expected))));
    assertThat(Special.halfStepSlope(x))
        .isCloseTo(Gamma.digamma(x + 0.5) - Gamma.digamma(x), within(1e-7));
    for (int n : new int[] {0, 1, 7, 20, 21, 300}) {
      double rising = Gamma.logGamma(x + n) - expected;
      assertThat(Special.logRising(x, n))
          .isCloseTo(rising, within(1e-11 * (1 + Math.abs(expected) + Math.abs(rising))));
      assertThat(Special.logRisingSlope(x, n))
          .isCloseTo(Gamma.digamma(x + n) - Gamma.digamma(x), within(1e-7));
    }
  }

  @Test
  void largePoissonDrawsHaveTheirMeanAndVariance() {
    RandomGenerator rng = CounterRandom.of(7);
    double sum = 0;
    double squares = 0;
    int n = 50_000;
    for (int i = 0; i < n; i++) {
      double x = Draws.poisson(200, rng);
      sum += x;
      squares += (x - 200) * (x - 200);
    }
    assertThat(sum / n).isCloseTo(200, within(0.5));
    assertThat(squares / n).isCloseTo(200, within(6.0));
  }

  @Test
  void unknownNamesAreRefused() {
    assertThatThrownBy(() -> Likelihood.of("cauchy"))
        .hasMessage("likelihood cauchy, expected " + Likelihood.NAMES);
  }

  private static Tensor randomRaw(Likelihood likelihood, RandomGenerator rng) {
    Tensor raw = Tensor.zeros(DType.FLOAT64, likelihood.numParameters());
    for (int i = 0; i < raw.size(); i++) {
      raw.set(i, rng.nextDouble(-1, 2));
    }
    return raw;
  }
}
