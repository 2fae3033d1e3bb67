package dev.chainrule.base.series;

import java.util.Arrays;
import java.util.List;

/**
 * What is known of a series beside its values, column by column in the order of {@link
 * CovariateNames}.
 *
 * @param columns numbers of each step, those known ahead and then those observed [k][n or more];
 *     NaN is missing
 * @param reals numbers of the series
 * @param categories kinds of the series
 */
@SuppressWarnings("ArrayRecordComponent")
public record Covariates(double[][] columns, double[] reals, List<String> categories) {
  /** Nothing. */
  public static final Covariates NONE = new Covariates(new double[0][], new double[0], List.of());

  /** The first n steps. */
  Covariates first(int n) {
    double[][] cut = new double[columns.length][];
    for (int k = 0; k < cut.length; k++) {
      cut[k] = Arrays.copyOf(columns[k], n);
    }
    return new Covariates(cut, reals, categories);
  }

  /** With other numbers of steps. */
  public Covariates withColumns(double[][] other) {
    return new Covariates(other, reals, categories);
  }
}
