package dev.chainrule.base.forecast;

/**
 * What a forecaster is told about one series.
 *
 * @param id its name
 * @param values the past [n]; NaN is missing
 * @param period observations in a season, 1 where there is none
 * @param covariates known columns over past and horizon [k][n + horizon]
 */
@SuppressWarnings("ArrayRecordComponent")
public record SeriesHistory(String id, double[] values, int period, double[][] covariates) {
  /** Checks the period. */
  public SeriesHistory {
    if (period < 1) {
      throw new IllegalArgumentException("period: found " + period + ", expected at least 1");
    }
  }

  /** A series without covariates. */
  public static SeriesHistory of(String id, double[] values, int period) {
    return new SeriesHistory(id, values, period, new double[0][]);
  }
}
