package dev.chainrule.experiments.arima;

import dev.chainrule.arima.Regressors;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Series;
import java.util.Arrays;
import java.util.List;

/**
 * One series with its regressors.
 *
 * @param series the past
 * @param regressors their values over the past [k][n]
 * @param future their values after it [k][rows], from rows whose {@code y} is empty or a file
 */
record InputSeries(Series series, Regressors regressors, Regressors future) {
  /** The columns of a file that are regressors. */
  static CovariateNames columns(List<String> regressors) {
    return new CovariateNames(regressors, List.of(), List.of(), List.of());
  }

  /** With regressors, missing values at the end are what is to be forecast. */
  static InputSeries of(Series series, List<String> names) {
    double[] y = series.values();
    int n = y.length;
    while (!names.isEmpty() && n > 0 && Double.isNaN(y[n - 1])) {
      n--;
    }
    double[][] columns = series.covariates().columns();
    return new InputSeries(
        n < y.length ? series.first(n) : series,
        stretch(names, columns, 0, n),
        rest(names, columns, n));
  }

  private static Regressors rest(List<String> names, double[][] columns, int from) {
    return columns.length == 0 || columns[0].length == from
        ? Regressors.NONE
        : stretch(names, columns, from, columns[0].length);
  }

  private static Regressors stretch(List<String> names, double[][] columns, int from, int to) {
    double[][] result = new double[columns.length][];
    Arrays.setAll(result, c -> Arrays.copyOfRange(columns[c], from, to));
    return new Regressors(names, result);
  }

  String id() {
    return series.id();
  }

  double[] values() {
    return series.values();
  }

  /** The regressors' next values, at most as many as asked for. */
  Regressors future(int horizon) {
    if (future.count() == 0) {
      return future;
    }
    int rows = Math.min(horizon, future.columns()[0].length);
    return stretch(future.names(), future.columns(), 0, rows);
  }
}
