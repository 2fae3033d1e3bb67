package dev.chainrule.timeseries.backtest;

import dev.chainrule.core.forecast.DistributionMetrics;
import dev.chainrule.core.forecast.Forecast;
import dev.chainrule.core.forecast.Naive2;
import dev.chainrule.core.forecast.PointMetrics;
import dev.chainrule.core.forecast.SeriesHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How good forecasts were. MASE, sMAPE and MSIS are means over series; ND, NRMSE and the quantile
 * losses are sums over all values, divided by the sum of the absolute values; the point forecast is
 * the median. CRPS is the mean over all values of twice the pinball loss at 0.1 to 0.9.
 *
 * @param coverage share of values inside the central intervals of 50, 80 and 95 %
 */
public record Scores(
    String name,
    double mase,
    double smape,
    double owa,
    double msis,
    double meanWeightedQuantileLoss,
    double crps,
    double nd,
    double nrmse,
    Map<String, Double> coverage) {
  private static final double[] LEVELS = {0.5, 0.8, 0.95};
  private static final double MSIS_LEVEL = 0.95;

  /** Adds up over series. */
  private static final class Sums {
    double mase;
    double naiveMase;
    double msis;
    int scaled;
    double smape;
    double naiveSmape;
    double absolute;
    double absoluteError;
    double squaredError;
    double quantileLoss;
    long values;
    final double[] inside = new double[LEVELS.length];
  }

  /** Of the forecasts of a backtest, one a history. */
  public static Scores of(String name, Backtest backtest, List<Forecast> forecasts) {
    Sums sums = new Sums();
    for (int i = 0; i < forecasts.size(); i++) {
      add(sums, backtest.histories().get(i), backtest.actuals().get(i), forecasts.get(i));
    }
    int n = forecasts.size();
    double mase = sums.mase / sums.scaled;
    double smape = sums.smape / n;
    Map<String, Double> coverage = new LinkedHashMap<>();
    for (int i = 0; i < LEVELS.length; i++) {
      coverage.put(Double.toString(LEVELS[i]), sums.inside[i] / sums.values);
    }
    return new Scores(
        name,
        mase,
        smape,
        PointMetrics.owa(smape, mase, sums.naiveSmape / n, sums.naiveMase / sums.scaled),
        sums.msis / sums.scaled,
        sums.quantileLoss / sums.absolute,
        sums.quantileLoss / sums.values,
        sums.absoluteError / sums.absolute,
        Math.sqrt(sums.squaredError / sums.values) / (sums.absolute / sums.values),
        coverage);
  }

  private static void add(Sums sums, SeriesHistory history, double[] actual, Forecast forecast) {
    double[] past = history.values();
    double[] median = forecast.quantiles(0.5);
    double[] naive = Naive2.forecast(past, history.period(), actual.length);
    double scale = PointMetrics.naiveScale(past, history.period());
    if (scale > 0) {
      sums.scaled++;
      sums.mase += PointMetrics.mae(actual, median) / scale;
      sums.naiveMase += PointMetrics.mae(actual, naive) / scale;
      sums.msis +=
          DistributionMetrics.msis(
              actual, forecast.lower(MSIS_LEVEL), forecast.upper(MSIS_LEVEL), MSIS_LEVEL, scale);
    }
    sums.smape += PointMetrics.smape(actual, median);
    sums.naiveSmape += PointMetrics.smape(actual, naive);
    double[] probabilities = DistributionMetrics.defaultProbabilities();
    for (double p : probabilities) {
      double loss = DistributionMetrics.quantileLoss(actual, forecast.quantiles(p), p);
      sums.quantileLoss += loss / probabilities.length;
    }
    for (int h = 0; h < actual.length; h++) {
      if (!Double.isNaN(actual[h])) {
        double error = actual[h] - median[h];
        sums.values++;
        sums.absolute += Math.abs(actual[h]);
        sums.absoluteError += Math.abs(error);
        sums.squaredError += error * error;
      }
    }
    for (int i = 0; i < LEVELS.length; i++) {
      double[] lower = forecast.lower(LEVELS[i]);
      double[] upper = forecast.upper(LEVELS[i]);
      for (int h = 0; h < actual.length; h++) {
        sums.inside[i] += actual[h] >= lower[h] && actual[h] <= upper[h] ? 1 : 0;
      }
    }
  }
}
