package dev.chainrule.arima;

import dev.chainrule.base.InputException;
import java.util.List;

/**
 * Columns that explain a part of the series.
 *
 * @param names one a column
 * @param columns their values [k][n]; NaN makes the observation of that time count as missing
 */
@SuppressWarnings("ArrayRecordComponent")
public record Regressors(List<String> names, double[][] columns) {
  /** No columns. */
  public static final Regressors NONE = new Regressors(List.of(), new double[0][]);

  /** Checks that names and columns belong together. */
  public Regressors {
    names = List.copyOf(names);
    if (names.size() != columns.length) {
      throw new IllegalArgumentException(
          "regressors: found " + columns.length + " columns and " + names.size() + " names");
    }
    for (double[] column : columns) {
      if (column.length != columns[0].length) {
        throw new IllegalArgumentException(
            "regressors: found columns of "
                + column.length
                + " and "
                + columns[0].length
                + " rows, expected equal lengths");
      }
    }
  }

  /** Names and size. */
  @Override
  public String toString() {
    return "regressors %s of %d rows".formatted(names, count() == 0 ? 0 : columns[0].length);
  }

  /** How many columns there are. */
  public int count() {
    return columns.length;
  }

  /**
   * Checks that these are values of the same regressors for another stretch of time.
   *
   * @param what for the message, for instance {@code "future regressors"}
   */
  void checkLike(Regressors other, int rows, String what) {
    if (count() != other.count()) {
      throw new InputException(
          what
              + ": found "
              + count()
              + " columns, expected "
              + other.count()
              + " "
              + other.names
              + ".");
    }
    if (count() > 0 && columns[0].length != rows) {
      throw new InputException(
          what + ": found " + columns[0].length + " rows, expected " + rows + ".");
    }
  }
}
