package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.timeseries.feature.Holidays;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

/**
 * The covariates of each step as the network sees them: of a missing number, the last one before it
 * in the series, and without any the mean of training.
 */
final class CovariateRows {
  private final DeepArInputs inputs;
  private final Frequency frequency;
  private final int delay;
  private final Holidays holidays;

  CovariateRows(DeepArConfig config) {
    inputs = config.inputs();
    frequency = Frequency.of(config.frequency());
    delay = config.predictionLength();
    holidays = new Holidays(inputs.holidays().stream().map(LocalDate::parse).toList());
  }

  /**
   * All steps of a series.
   *
   * @param from first step, which may be negative
   * @param to after the last step, which may lie beyond the end
   * @return [to - from, width]
   */
  float[] of(Series series, int from, int to) {
    int width = inputs.width();
    float[] rows = new float[(to - from) * width];
    if (width == 0) {
      return rows;
    }
    Covariates covariates = series.covariates();
    requireColumns(series);
    double[][] columns = new double[covariates.columns().length][];
    Arrays.setAll(columns, k -> carried(covariates.columns()[k]));
    int at = 0;
    for (int t = from; t < to; t++) {
      if (!inputs.holidays().isEmpty()) {
        rows[at++] = holidays.count(frequency, series.time(t));
      }
      int column = 0;
      for (DeepArInputs.Column known : inputs.known()) {
        rows[at++] = known.standard(number(columns[column++], t));
      }
      for (DeepArInputs.Column observed : inputs.observed()) {
        rows[at++] = observed.standard(number(columns[column++], t - delay));
      }
      List<DeepArInputs.Column> reals = inputs.reals();
      for (int k = 0; k < reals.size(); k++) {
        // A new series may come without.
        boolean told = k < covariates.reals().length;
        rows[at++] = reals.get(k).standard(told ? covariates.reals()[k] : Double.NaN);
      }
    }
    return rows;
  }

  private void requireColumns(Series series) {
    int found = series.covariates().columns().length;
    int columns = inputs.known().size() + inputs.observed().size();
    if (found != columns) {
      throw new IllegalArgumentException(
          "%s: has %d columns of covariates, expected %d as in training"
              .formatted(series.place(), found, columns));
    }
  }

  private static double[] carried(double[] column) {
    double[] result = column.clone();
    for (int t = 1; t < result.length; t++) {
      if (Double.isNaN(result[t])) {
        result[t] = result[t - 1];
      }
    }
    return result;
  }

  private static double number(double[] column, int t) {
    return t < 0 || column.length == 0 ? Double.NaN : column[Math.min(t, column.length - 1)];
  }

  /** The numbers of the series' kinds. */
  int[] kinds(Series series) {
    int[] numbers = new int[inputs.categories().size()];
    List<String> found = series.covariates().categories();
    for (int k = 0; k < numbers.length && k < found.size(); k++) {
      numbers[k] = inputs.categories().get(k).number(found.get(k));
    }
    return numbers;
  }
}
