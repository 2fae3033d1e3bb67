package dev.chainrule.timeseries.backtest;

import dev.chainrule.base.forecast.Digits;
import dev.chainrule.base.forecast.DistributionMetrics;
import dev.chainrule.base.forecast.Forecast;
import java.util.ArrayList;
import java.util.List;

/**
 * How good forecasts were at one step of the horizon, over all series: how errors grow as a model
 * is fed its own draws.
 *
 * @param step from 1
 * @param nd sum of absolute errors of the median over the sum of absolute values
 * @param rmse of the median
 * @param meanWeightedQuantileLoss over the probabilities 0.1 to 0.9
 * @param coverage share of values inside the central interval of 95 %
 * @param width mean width of that interval over the mean absolute value
 */
public record StepScores(
    int step,
    double nd,
    double rmse,
    double meanWeightedQuantileLoss,
    double coverage,
    double width) {
  private static final double LEVEL = 0.95;

  @Override
  public String toString() {
    return "step %d: ND %s, RMSE %s, wQL %s, %s within 95 %%, width %s"
        .formatted(
            step,
            Digits.of(nd, Scores.DIGITS),
            Digits.of(rmse, Scores.DIGITS),
            Digits.of(meanWeightedQuantileLoss, Scores.DIGITS),
            Digits.percent(coverage),
            Digits.of(width, Scores.DIGITS));
  }

  /** One a step of the shortest forecast. */
  static List<StepScores> of(Backtest backtest, List<Forecast> forecasts) {
    int horizon = forecasts.stream().mapToInt(Forecast::horizon).min().orElse(0);
    List<StepScores> result = new ArrayList<>();
    for (int h = 0; h < horizon; h++) {
      result.add(of(backtest, forecasts, h));
    }
    return result;
  }

  private static StepScores of(Backtest backtest, List<Forecast> forecasts, int h) {
    double[] probabilities = DistributionMetrics.defaultProbabilities();
    double absolute = 0;
    double error = 0;
    double squares = 0;
    double loss = 0;
    double inside = 0;
    double width = 0;
    int count = 0;
    for (int i = 0; i < forecasts.size(); i++) {
      double actual = backtest.actuals().get(i)[h];
      Forecast forecast = forecasts.get(i);
      if (Double.isNaN(actual)) {
        continue;
      }
      count++;
      double miss = actual - forecast.quantile(h, 0.5);
      absolute += Math.abs(actual);
      error += Math.abs(miss);
      squares += miss * miss;
      for (double p : probabilities) {
        double quantile = forecast.quantile(h, p);
        loss += 2 * DistributionMetrics.pinball(actual, quantile, p) / probabilities.length;
      }
      double lower = forecast.quantile(h, (1 - LEVEL) / 2);
      double upper = forecast.quantile(h, (1 + LEVEL) / 2);
      inside += actual >= lower && actual <= upper ? 1 : 0;
      width += upper - lower;
    }
    return new StepScores(
        h + 1,
        error / absolute,
        Math.sqrt(squares / count),
        loss / absolute,
        inside / count,
        width / absolute);
  }
}
