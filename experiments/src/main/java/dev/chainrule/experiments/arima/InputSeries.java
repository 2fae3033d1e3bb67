package dev.chainrule.experiments.arima;

import dev.chainrule.arima.Regressors;
import org.jspecify.annotations.Nullable;

/**
 * One series as read.
 *
 * @param values the past [n]; NaN is missing
 * @param regressors their values over the past [k][n]
 * @param future their values after it [k][rows], from rows whose {@code y} is empty
 * @param problem what is wrong with its rows, or null; with a problem there are no values
 */
@SuppressWarnings("ArrayRecordComponent")
record InputSeries(
    String id,
    double[] values,
    Regressors regressors,
    Regressors future,
    @Nullable String problem) {
  static InputSeries unreadable(String id, String problem) {
    return new InputSeries(id, new double[0], Regressors.NONE, Regressors.NONE, problem);
  }

  /** The regressors' next values, at most as many as asked for. */
  Regressors future(int horizon) {
    double[][] columns = new double[future.count()][];
    for (int c = 0; c < columns.length; c++) {
      double[] column = future.columns()[c];
      columns[c] = java.util.Arrays.copyOf(column, Math.min(horizon, column.length));
    }
    return new Regressors(future.names(), columns);
  }
}
