package dev.chainrule.timeseries.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
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
        new GaussianLikelihood(),
        new StudentTLikelihood(),
        new NegativeBinomialLikelihood(),
        new LogNormalLikelihood(),
        new BernoulliLikelihood(),
        new BetaLikelihood(),
        new LogisticMixtureLikelihood(),
        new QuantileSplineLikelihood());
  }

  /** Those with a density. */
  static Stream<Likelihood> densities() {
    return all().stream().filter(likelihood -> !(likelihood instanceof QuantileSplineLikelihood));
  }

  /** A value that can occur. */
  static double target(Likelihood likelihood, double scale, RandomGenerator rng) {
    double near = scale * rng.nextDouble(0, 3);
    return switch (likelihood) {
      case BernoulliLikelihood b -> rng.nextInt(2);
      case BetaLikelihood b -> rng.nextDouble(0.001, 0.999);
      case LogNormalLikelihood l -> near + 1e-3;
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

  /** What is learned is what is drawn from. */
  @ParameterizedTest
  @MethodSource("densities")
  void theLossIsThatOfTheDistribution(Likelihood likelihood) {
    RandomGenerator rng = CounterRandom.of(6);
    Tensor slopes = Tensor.zeros(DType.FLOAT64, likelihood.numParameters());
    for (int trial = 0; trial < 200; trial++) {
      Tensor raw = randomRaw(likelihood, rng);
      boolean scaled = likelihood.scaling() != Scaling.NONE;
      double scale = scaled ? rng.nextDouble(0.1, 50) : 1;
      double target = target(likelihood, scale, rng);
      Distribution distribution = likelihood.distribution(raw.toFloats(), scale);
      double expected = -distribution.logProb(target);
      assertThat(likelihood.nll(raw, 0, target, scale, slopes))
          .isCloseTo(expected, within(1e-8 * (1 + Math.abs(expected))));
      assertThat(distribution.support()).isEqualTo(likelihood.support());
    }
  }

  @Test
  void theScoreOfASplineIsTheIntegralOfItsPinballLosses() {
    RandomGenerator rng = CounterRandom.of(8);
    QuantileSplineLikelihood spline = new QuantileSplineLikelihood();
    Tensor raw = randomRaw(spline, rng);
    Tensor slopes = Tensor.zeros(DType.FLOAT64, spline.numParameters());
    Distribution distribution = spline.distribution(raw.toFloats(), 3);
    for (double y : new double[] {-30, 1.5, 2, 3, 60}) {
      double integral = 0;
      int n = 200_000;
      for (int i = 0; i < n; i++) {
        double p = (i + 0.5) / n;
        double quantile = distribution.quantile(p);
        integral += 2 * (y - quantile) * (p - (y < quantile ? 1 : 0)) / n;
      }
      assertThat(spline.nll(raw, 0, y, 3, slopes)).isCloseTo(integral / 3, within(1e-6));
    }
    assertThat(distribution.quantile(0.5)).isCloseTo(3 * raw.get(0), within(1e-12));
  }

  @Test
  void agreesWithIndependentDensities() {
    Tensor slopes = Tensor.zeros(DType.FLOAT64, 3);
    Tensor raw = Tensor.zeros(DType.FLOAT64, 3);
    raw.set(0, 0.7);
    raw.set(1, 2.4);
    raw.set(2, -0.3);
    double spread = Special.softplus(2.4 - 3) + 1e-6;
    assertThat(new GaussianLikelihood().nll(raw, 0, 5, 3, slopes))
        .isCloseTo(-new NormalDistribution(2.1, 3 * spread).logDensity(5), within(1e-10));
    double logMean = Math.log(Special.softplus(7) / 10 * 3);
    assertThat(new LogNormalLikelihood().nll(raw, 0, 5, 3, slopes))
        .isCloseTo(-new LogNormalDistribution(logMean, spread).logDensity(5), within(1e-9));
    double mean = 1e-4 + (1 - 2e-4) * Special.sigmoid(0.7);
    double sum = Special.softplus(5.4) + 0.01;
    assertThat(new BetaLikelihood().nll(raw, 0, 0.3, 1, slopes))
        .isCloseTo(
            -new BetaDistribution(mean * sum, (1 - mean) * sum).logDensity(0.3), within(1e-9));
    double df = 2 + Special.softplus(-0.3);
    double z = (5 / 3.0 - 0.7) / spread;
    assertThat(new StudentTLikelihood().nll(raw, 0, 5, 3, slopes))
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
  void unknownNamesAreRefused() {
    assertThatThrownBy(() -> Likelihood.of("cauchy"))
        .hasMessage("likelihood cauchy, expected " + Likelihood.NAMES);
  }

  private static Tensor randomRaw(Likelihood likelihood, RandomGenerator rng) {
    Tensor raw = Tensor.zeros(DType.FLOAT64, likelihood.numParameters());
    for (int i = 0; i < raw.size(); i++) {
      raw.set(i, (float) rng.nextDouble(-1, 2));
    }
    return raw;
  }
}
