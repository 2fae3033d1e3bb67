package dev.chainrule.arima.auto;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.Forecasts;
import dev.chainrule.arima.IntervalMethod;
import dev.chainrule.arima.Regressors;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.SeriesHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * Automatic ARIMA as a forecaster of many series, each on its own, in parallel.
 *
 * @param options by the season's length
 * @param intervals what the intervals account for
 */
public record AutoArimaForecaster(IntFunction<AutoOptions> options, IntervalMethod intervals)
    implements Forecaster {
  /** The defaults, with calibrated intervals. */
  public static AutoArimaForecaster defaults() {
    return new AutoArimaForecaster(AutoOptions::forPeriod, IntervalMethod.CALIBRATED);
  }

  @Override
  public String name() {
    return "auto_arima";
  }

  @Override
  public List<Forecast> forecast(
      List<SeriesHistory> histories, int horizon, long seed, IntConsumer done) {
    return histories.parallelStream().map(history -> one(history, horizon, done)).toList();
  }

  private Forecast one(SeriesHistory history, int horizon, IntConsumer done) {
    int n = history.values().length;
    Regressors past = columns(history, 0, n);
    Regressors future = columns(history, n, n + horizon);
    AutoOptions chosen = options.apply(history.period());
    ArimaFit fit = AutoArima.fit(history.values(), past, chosen).fit();
    boolean used = fit.regressors().count() > 0;
    Forecast forecast = Forecasts.of(fit, horizon, used ? future : Regressors.NONE, intervals);
    done.accept(1);
    return forecast;
  }

  private static Regressors columns(SeriesHistory history, int from, int to) {
    List<String> names = new ArrayList<>();
    double[][] columns = new double[history.covariates().length][];
    for (int c = 0; c < columns.length; c++) {
      names.add("x" + (c + 1));
      columns[c] = Arrays.copyOfRange(history.covariates()[c], from, to);
    }
    return new Regressors(names, columns);
  }
}
