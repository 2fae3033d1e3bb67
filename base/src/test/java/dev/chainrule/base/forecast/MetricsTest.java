package dev.chainrule.base.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Values worked out by hand from the definitions of M4 and of GluonTS. */
class MetricsTest {
  private static final Offset<Double> TIGHT = within(1e-12);
  private static final double[] ACTUAL = {10, 20, Double.NaN, 40};
  private static final double[] FORECAST = {12, 18, 99, 50};
  private static final double[] PAST = {1, 3, 2, 6, 4, 5};

  @Test
  void pointMetricsLeaveMissingStepsOut() {
    assertThat(PointMetrics.mae(ACTUAL, FORECAST)).isCloseTo(14.0 / 3, TIGHT);
    assertThat(PointMetrics.rmse(ACTUAL, FORECAST)).isCloseTo(6, TIGHT);
    assertThat(PointMetrics.mape(ACTUAL, FORECAST)).isCloseTo((20 + 10 + 25) / 3.0, TIGHT);
    assertThat(PointMetrics.smape(ACTUAL, FORECAST))
        .isCloseTo((400.0 / 22 + 400.0 / 38 + 2000.0 / 90) / 3, TIGHT);
    assertThat(PointMetrics.nd(ACTUAL, FORECAST)).isCloseTo(14.0 / 70, TIGHT);
    assertThat(PointMetrics.nrmse(ACTUAL, FORECAST)).isCloseTo(6 / (70 / 3.0), TIGHT);
  }

  @Test
  void maseIsScaledByTheSeasonalNaiveForecast() {
    // |2-1| + |6-3| + |4-2| + |5-6| over 4 = 7/4 at lag 2
    assertThat(PointMetrics.naiveScale(PAST, 2)).isCloseTo(7 / 4.0, TIGHT);
    assertThat(PointMetrics.mase(ACTUAL, FORECAST, PAST, 2)).isCloseTo(14.0 / 3 / 1.75, TIGHT);
    assertThat(PointMetrics.naiveScale(PAST, 6)).isCloseTo((2 + 1 + 4 + 2 + 1) / 5.0, TIGHT);
    assertThat(PointMetrics.owa(12, 1.5, 13, 1.9)).isCloseTo((12 / 13.0 + 1.5 / 1.9) / 2, TIGHT);
  }

  @Test
  void quantileLossesFollowGluonTs() {
    double[] quantile = {9, 25, 7, 40};
    // 2 |(f - y) ((y <= f) - q)| at q = 0.9: 2 (1 * 0.9 + 5 * 0.1 + 0)
    assertThat(DistributionMetrics.quantileLoss(ACTUAL, quantile, 0.9)).isCloseTo(2.8, TIGHT);
    assertThat(DistributionMetrics.weightedQuantileLoss(ACTUAL, quantile, 0.9))
        .isCloseTo(2.8 / 70, TIGHT);
    assertThat(DistributionMetrics.coverage(ACTUAL, quantile)).isCloseTo(2 / 3.0, TIGHT);
  }

  @Test
  void medianLossOfPointForecastIsNormalisedDeviation() {
    Forecast point = new QuantileForecast(FORECAST, new double[] {0.5}, new double[][] {FORECAST});
    assertThat(
            DistributionMetrics.meanWeightedQuantileLoss(
                ACTUAL, point, DistributionMetrics.defaultProbabilities()))
        .isCloseTo(PointMetrics.nd(ACTUAL, FORECAST), TIGHT);
  }

  @Test
  void intervalScorePenalisesMisses() {
    double[] lower = {8, 21, 0, 30};
    double[] upper = {11, 25, 0, 35};
    // widths 3 + 4 + 5, misses 1 below and 5 above, times 2 / 0.05
    assertThat(DistributionMetrics.msis(ACTUAL, lower, upper, 0.95, 2))
        .isCloseTo((12 + 40 * 6) / 3.0 / 2, within(1e-9));
    assertThat(DistributionMetrics.inside(ACTUAL, lower, upper)).isCloseTo(1 / 3.0, TIGHT);
  }

  @Test
  void crpsOfDrawsIsMeanDistanceLessHalfTheSpread() {
    double[] draws = {1, 2, 4};
    // mean |x - 3| = 4/3; mean over 9 pairs |x - x'| = 2 (1 + 3 + 2) / 9
    assertThat(DistributionMetrics.crpsSamples(3, draws, false))
        .isCloseTo(4 / 3.0 - 0.5 * 12 / 9.0, TIGHT);
    assertThat(DistributionMetrics.crpsSamples(3, draws, true))
        .isCloseTo(4 / 3.0 - 0.5 * 12 / 6.0, TIGHT);
    assertThat(DistributionMetrics.crpsNormal(0, 0, 1))
        .isCloseTo((Math.sqrt(2) - 1) / Math.sqrt(Math.PI), TIGHT);
  }

  @Test
  void crpsOfManyNormalDrawsNearsTheClosedForm() {
    var rng = new java.util.Random(1);
    double[] draws = rng.doubles(20_000).map(u -> 0).toArray();
    for (int i = 0; i < draws.length; i++) {
      draws[i] = 5 + 2 * rng.nextGaussian();
    }
    java.util.Arrays.sort(draws);
    assertThat(DistributionMetrics.crpsSamples(6.5, draws, true))
        .isCloseTo(DistributionMetrics.crpsNormal(6.5, 5, 2), within(0.02));
  }

  @Test
  void samplePathsInterpolateOrderStatistics() {
    SamplePaths paths = new SamplePaths(new double[][] {{4}, {1}, {2}});
    assertThat(paths.mean(0)).isCloseTo(7 / 3.0, TIGHT);
    assertThat(paths.quantile(0, 0.75)).isCloseTo(3, TIGHT);
    assertThat(paths.lower(0.5)).containsExactly(1.5);
  }

  @Test
  void naive2RepeatsASeasonThatPassesTheTest() {
    double[] past = new double[24];
    double[] factors = {0.5, 1, 1.5, 1};
    for (int t = 0; t < 24; t++) {
      past[t] = 100 * factors[t % 4];
    }
    assertThat(Naive2.isSeasonal(past, 4)).isTrue();
    double[] forecast = Naive2.forecast(past, 4, 5);
    for (int h = 0; h < 5; h++) {
      assertThat(forecast[h]).isCloseTo(100 * factors[h % 4], within(1e-9));
    }
    assertThat(Naive2.forecast(PAST, 1, 2)).containsExactly(5, 5);
  }

  @Test
  void naive2TakesTheLastValueThereIsAndNoSeasonOfZeros() {
    double[] sparse = new double[24];
    for (int t = 0; t < sparse.length; t += 4) {
      sparse[t] = 8;
    }
    assertThat(Naive2.isSeasonal(sparse, 4)).isTrue();
    assertThat(Naive2.forecast(sparse, 4, 3)).containsExactly(0, 0, 0);
    assertThat(Naive2.forecast(new double[] {1, 6, Double.NaN}, 1, 2)).containsExactly(6, 6);
  }

  @Test
  void crpsIsThatOfTheDrawsOrOfQuantiles() {
    SamplePaths paths = new SamplePaths(new double[][] {{2}, {4}, {1}});
    assertThat(DistributionMetrics.crps(3, paths, 0)).isCloseTo(4 / 3.0 - 6 / 9.0, TIGHT);
    // A point: every quantile is 5, and the pinball losses at p and 1 - p add up to |3 - 5|.
    Forecast point =
        new QuantileForecast(new double[] {5}, new double[] {0.5}, new double[][] {{5}});
    assertThat(DistributionMetrics.crps(3, point, 0)).isCloseTo(2, TIGHT);
  }

  @Test
  void theIntegralTransformIsTheRankAmongDrawsWithTiesBrokenAtRandom() {
    SamplePaths paths = new SamplePaths(new double[][] {{2}, {4}, {2}, {7}});
    // 1 is below all four draws: rank 0 of 5, from 0 to 1/5.
    assertThat(DistributionMetrics.pit(1, paths, 0, 0.5)).isCloseTo(0.1, TIGHT);
    // 2 ties with two draws: from 0 to 3/5.
    assertThat(DistributionMetrics.pit(2, paths, 0, 0)).isCloseTo(0, TIGHT);
    assertThat(DistributionMetrics.pit(2, paths, 0, 1)).isCloseTo(0.6, TIGHT);
    assertThat(DistributionMetrics.pit(9, paths, 0, 1)).isCloseTo(1, TIGHT);
    // Quantiles 0, 10 and 20 at 0.25, 0.5 and 0.75, linear between them: 12 stands at 0.55.
    double[][] values = {{0}, {10}, {20}};
    Forecast quantiles =
        new QuantileForecast(new double[] {10}, new double[] {0.25, 0.5, 0.75}, values);
    assertThat(DistributionMetrics.pit(12, quantiles, 0, 0.3)).isCloseTo(0.55, within(1e-9));
    // Above all quantiles: from 0.75 to 1, as 20 is level beyond the last one.
    assertThat(DistributionMetrics.pit(20, quantiles, 0, 0.5)).isCloseTo(0.875, within(1e-9));
  }

  @Test
  void pinballLossWeighsErrorsByTheirSide() {
    assertThat(DistributionMetrics.pinball(10, 7, 0.9)).isCloseTo(2.7, TIGHT);
    assertThat(DistributionMetrics.pinball(7, 10, 0.9)).isCloseTo(0.3, TIGHT);
  }
}
