package dev.chainrule.arima.forecast;

import dev.chainrule.base.forecast.DistributionMetrics;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.PointMetrics;

/**
 * How far one forecast missed what came.
 *
 * @param mase scaled error of the median, NaN where the past never changed
 * @param scaledLoss mean quantile loss by the same scale, or by the size of values
 * @param quantileLoss mean over probabilities of the sums over values
 * @param absolute sum of the values' sizes
 * @param inside values in the interval of 95 %
 * @param values that there were
 */
record WindowErrors(
    double mase, double scaledLoss, double quantileLoss, double absolute, int inside, int values) {
  static WindowErrors of(double[] past, int period, double[] actual, Forecast forecast) {
    double loss = 0;
    double[] probabilities = DistributionMetrics.defaultProbabilities();
    for (double p : probabilities) {
      loss += DistributionMetrics.quantileLoss(actual, forecast.quantiles(p), p);
    }
    loss /= probabilities.length;
    double[] lower = forecast.lower(0.95);
    double[] upper = forecast.upper(0.95);
    int inside = 0;
    int values = 0;
    for (int h = 0; h < actual.length; h++) {
      if (!Double.isNaN(actual[h])) {
        inside += actual[h] >= lower[h] && actual[h] <= upper[h] ? 1 : 0;
        values++;
      }
    }
    double absolute = DistributionMetrics.absoluteSum(actual);
    double mase = PointMetrics.mase(actual, forecast.quantiles(0.5), past, period);
    double scale = PointMetrics.naiveScale(past, period);
    double unit = scale > 0 ? scale : Math.max(absolute / values, Double.MIN_NORMAL);
    return new WindowErrors(mase, loss / values / unit, loss, absolute, inside, values);
  }
}
