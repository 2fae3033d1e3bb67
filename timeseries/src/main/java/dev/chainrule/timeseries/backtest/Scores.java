package dev.chainrule.timeseries.backtest;

import dev.chainrule.base.forecast.Digits;
import dev.chainrule.base.forecast.DistributionMetrics;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Naive2;
import dev.chainrule.base.forecast.PointMetrics;
import dev.chainrule.base.forecast.SeriesHistory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How good forecasts were. MASE, sMAPE, MAPE and MSIS are means over series; ND, NRMSE and the
 * quantile losses are sums over all values, divided by the sum of the absolute values; RMSE, MAE
 * and CRPS are means over all values; the point forecast is the median. MAPE leaves out values of
 * zero, MASE and MSIS series that never changed, all of them what is missing. CRPS is that of the
 * draws, or of 99 quantiles where there are none.
 *
 * @param coverage share of values inside the central intervals of 50, 80 and 95 %
 * @param pit share of values in each tenth of the probability integral transform
 * @param steps the same by steps of the horizon
 */
@SuppressWarnings("ArrayRecordComponent")
public record Scores(
    String name,
    double mase,
    double smape,
    double mape,
    double owa,
    double msis,
    double meanWeightedQuantileLoss,
    double crps,
    double nd,
    double nrmse,
    double rmse,
    double mae,
    Map<String, Double> coverage,
    double[] pit,
    List<StepScores> steps) {
  /** That a score deserves: more say nothing of other series. */
  public static final int DIGITS = 4;

  /** A series that changes by less, in units of its largest value, does not change. */
  private static final double ROUNDING = 1e-13;

  private static final double MSIS_LEVEL = 0.95;

  /** The name and the scores that are looked at most. */
  @Override
  public String toString() {
    return "%s: MASE %s, sMAPE %s, OWA %s, MSIS %s, wQL %s, ND %s, %s within 95 %%"
        .formatted(
            name,
            Digits.of(mase, DIGITS),
            Digits.of(smape, DIGITS),
            Digits.of(owa, DIGITS),
            Digits.of(msis, DIGITS),
            Digits.of(meanWeightedQuantileLoss, DIGITS),
            Digits.of(nd, DIGITS),
            Digits.percent(coverage.getOrDefault("0.95", Double.NaN)));
  }

  /** Adds up over series. */
  private static final class Sums {
    double mase;
    double naiveMase;
    double msis;
    int scaled;
    int observed;
    double smape;
    double naiveSmape;
    double mape;
    int notZero;
    double absolute;
    double absoluteError;
    double squaredError;
    double quantileLoss;
    double crps;
    long values;
  }

  /** Of the forecasts of a backtest, one a history. */
  public static Scores of(String name, Backtest backtest, List<Forecast> forecasts) {
    Sums sums = new Sums();
    for (int i = 0; i < forecasts.size(); i++) {
      SeriesHistory history = backtest.histories().get(i);
      addSeries(sums, history, backtest.actuals().get(i), forecasts.get(i));
      addValues(sums, backtest.actuals().get(i), forecasts.get(i));
    }
    double mase = sums.mase / sums.scaled;
    double smape = sums.smape / sums.observed;
    double rmse = Math.sqrt(sums.squaredError / sums.values);
    Calibration calibration = Calibration.of(backtest, forecasts);
    return new Scores(
        name,
        mase,
        smape,
        sums.mape / sums.notZero,
        PointMetrics.owa(
            smape, mase, sums.naiveSmape / sums.observed, sums.naiveMase / sums.scaled),
        sums.msis / sums.scaled,
        sums.quantileLoss / sums.absolute,
        sums.crps / sums.values,
        sums.absoluteError / sums.absolute,
        rmse / (sums.absolute / sums.values),
        rmse,
        sums.absoluteError / sums.values,
        calibration.coverage(),
        calibration.pit(),
        StepScores.of(backtest, forecasts));
  }

  private static void addSeries(
      Sums sums, SeriesHistory history, double[] actual, Forecast forecast) {
    if (Arrays.stream(actual).allMatch(Double::isNaN)) {
      return;
    }
    sums.observed++;
    double[] past = history.values();
    double[] median = forecast.quantiles(0.5);
    double[] naive = Naive2.forecast(past, history.period(), actual.length);
    double scale = PointMetrics.naiveScale(past, history.period());
    if (scale > ROUNDING * largest(past)) {
      sums.scaled++;
      sums.mase += PointMetrics.mae(actual, median) / scale;
      sums.naiveMase += PointMetrics.mae(actual, naive) / scale;
      sums.msis +=
          DistributionMetrics.msis(
              actual, forecast.lower(MSIS_LEVEL), forecast.upper(MSIS_LEVEL), MSIS_LEVEL, scale);
    }
    sums.smape += PointMetrics.smape(actual, median);
    sums.naiveSmape += PointMetrics.smape(actual, naive);
    double percentages = 0;
    int count = 0;
    for (int h = 0; h < actual.length; h++) {
      if (!Double.isNaN(actual[h]) && actual[h] != 0) {
        percentages += 100 * Math.abs((actual[h] - median[h]) / actual[h]);
        count++;
      }
    }
    if (count > 0) {
      sums.mape += percentages / count;
      sums.notZero++;
    }
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).map(Math::abs).max().orElse(0);
  }

  private static void addValues(Sums sums, double[] actual, Forecast forecast) {
    double[] probabilities = DistributionMetrics.defaultProbabilities();
    for (double p : probabilities) {
      double loss = DistributionMetrics.quantileLoss(actual, forecast.quantiles(p), p);
      sums.quantileLoss += loss / probabilities.length;
    }
    for (int h = 0; h < actual.length; h++) {
      if (!Double.isNaN(actual[h])) {
        double error = actual[h] - forecast.quantile(h, 0.5);
        sums.values++;
        sums.absolute += Math.abs(actual[h]);
        sums.absoluteError += Math.abs(error);
        sums.squaredError += error * error;
        sums.crps += DistributionMetrics.crps(actual[h], forecast, h);
      }
    }
  }
}
