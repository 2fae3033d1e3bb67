package dev.chainrule.timeseries.backtest;

import dev.chainrule.base.forecast.DistributionMetrics;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.random.CounterRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether forecasts said how sure they were.
 *
 * @param coverage share of values inside the central intervals of 50, 80 and 95 %
 * @param pit share of values in each tenth of the probability integral transform; 0.1 each where
 *     forecasts are calibrated, more at both ends where they are too sure of themselves
 */
@SuppressWarnings("ArrayRecordComponent")
record Calibration(Map<String, Double> coverage, double[] pit) {
  private static final double[] LEVELS = {0.5, 0.8, 0.95};
  private static final int BINS = 10;

  static Calibration of(Backtest backtest, List<Forecast> forecasts) {
    double[] inside = new double[LEVELS.length];
    double[] pit = new double[BINS];
    double values = 0;
    for (int i = 0; i < forecasts.size(); i++) {
      double[] actual = backtest.actuals().get(i);
      Forecast forecast = forecasts.get(i);
      CounterRandom rng = CounterRandom.of(13, i);
      for (int h = 0; h < actual.length; h++) {
        if (Double.isNaN(actual[h])) {
          continue;
        }
        values++;
        double u = DistributionMetrics.pit(actual[h], forecast, h, rng.nextDouble());
        pit[Math.min(BINS - 1, (int) (u * BINS))]++;
        for (int k = 0; k < LEVELS.length; k++) {
          double lower = forecast.quantile(h, (1 - LEVELS[k]) / 2);
          double upper = forecast.quantile(h, (1 + LEVELS[k]) / 2);
          inside[k] += actual[h] >= lower && actual[h] <= upper ? 1 : 0;
        }
      }
    }
    Map<String, Double> coverage = new LinkedHashMap<>();
    for (int k = 0; k < LEVELS.length; k++) {
      coverage.put(Double.toString(LEVELS[k]), inside[k] / values);
    }
    for (int bin = 0; bin < BINS; bin++) {
      pit[bin] /= values;
    }
    return new Calibration(coverage, pit);
  }
}
