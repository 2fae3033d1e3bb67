package dev.chainrule.timeseries.data;

import dev.chainrule.base.InputException;
import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts rows of the long format, whatever they are read from, together to series. */
final class SeriesRows {
  /** No gap is longer: a slip in a year would fill the memory. */
  private static final long LONGEST_GAP = 1_000_000;

  private final String source;
  private final Frequency frequency;
  private final CovariateNames names;
  private final Map<String, Rows> series = new LinkedHashMap<>();

  /** For rows of a source, named as messages shall name it. */
  SeriesRows(String source, Frequency frequency, CovariateNames names) {
    this.source = source;
    this.frequency = frequency;
    this.names = names;
  }

  /**
   * One row.
   *
   * @param line where it stands
   * @param columns numbers of the step
   * @param reals numbers of the series
   * @param categories of the series
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(
      int line,
      String id,
      LocalDateTime time,
      double value,
      double[] columns,
      double[] reals,
      List<String> categories) {}

  /** The rows of one series so far. */
  private static final class Rows {
    final Row first;
    double[][] numbers;
    int[] lines = new int[64];
    int length;

    Rows(Row first) {
      this.first = first;
      numbers = new double[1 + first.columns().length][64];
    }

    void put(int index, Row row) {
      if (index >= lines.length) {
        int room = Math.max(index + 1, 2 * lines.length);
        lines = Arrays.copyOf(lines, room);
        for (int k = 0; k < numbers.length; k++) {
          numbers[k] = Arrays.copyOf(numbers[k], room);
        }
      }
      for (int k = 0; k < numbers.length; k++) {
        Arrays.fill(numbers[k], length, index, Double.NaN);
        numbers[k][index] = k == 0 ? row.value() : row.columns()[k - 1];
      }
      lines[index] = row.line();
      length = index + 1;
    }
  }

  /**
   * Adds a row.
   *
   * @throws InputException naming the place, for times that do not rise or do not lie on the grid,
   *     and for a series that is two things at once
   */
  void add(Row row) {
    Rows rows = series.get(row.id());
    if (rows == null) {
      if (!frequency.plus(row.time(), 0).equals(row.time())) {
        throw new InputException(
            "%s: series %s begins on a %s, expected a day from Monday to Friday for steps of %s"
                .formatted(place(row), row.id(), day(row.time()), frequency));
      }
      rows = new Rows(row);
      series.put(row.id(), rows);
      rows.put(0, row);
      return;
    }
    requireSame(rows.first, row);
    LocalDateTime latest = frequency.plus(rows.first.time(), rows.length - 1L);
    if (row.time().equals(latest)) {
      throw new InputException(
          "%s: time %s of series %s occurs a second time, after line %d"
              .formatted(place(row), row.time(), row.id(), rows.lines[rows.length - 1]));
    }
    if (row.time().isBefore(latest)) {
      throw new InputException(
          "%s: time %s of series %s is not after the one before, %s; expected rising times"
              .formatted(place(row), row.time(), row.id(), latest));
    }
    long index = frequency.stepsBetween(rows.first.time(), row.time());
    if (index < 0 || index > rows.length + LONGEST_GAP) {
      throw new InputException(
          "%s: time %s of series %s does not follow from %s by steps of %s"
              .formatted(place(row), row.time(), row.id(), rows.first.time(), frequency));
    }
    rows.put((int) index, row);
  }

  private static String day(LocalDateTime time) {
    return time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }

  private void requireSame(Row first, Row row) {
    for (int k = 0; k < names.reals().size(); k++) {
      if (Double.compare(first.reals()[k], row.reals()[k]) != 0) {
        throw changed(row, names.reals().get(k), row.reals()[k], first.reals()[k]);
      }
    }
    for (int k = 0; k < names.categories().size(); k++) {
      String before = first.categories().get(k);
      if (!before.equals(row.categories().get(k))) {
        throw changed(row, names.categories().get(k), row.categories().get(k), before);
      }
    }
  }

  private InputException changed(Row row, String name, Object found, Object before) {
    return new InputException(
        "%s: column %s of series %s is %s, expected %s as in its first row"
            .formatted(place(row), name, row.id(), found, before));
  }

  private String place(Row row) {
    return source + ":" + row.line();
  }

  /** All series, in the order in which they came first. */
  List<Series> series() {
    if (series.isEmpty()) {
      throw new InputException(source + ": has no rows, expected columns unique_id, ds and y");
    }
    List<Series> result = new ArrayList<>();
    series.forEach((id, rows) -> result.add(series(id, rows)));
    return result;
  }

  private Series series(String id, Rows rows) {
    double[][] columns = new double[rows.numbers.length - 1][];
    for (int k = 0; k < columns.length; k++) {
      columns[k] = Arrays.copyOf(rows.numbers[k + 1], rows.length);
    }
    return new Series(
        id,
        rows.first.time(),
        frequency,
        Arrays.copyOf(rows.numbers[0], rows.length),
        new Covariates(columns, rows.first.reals(), rows.first.categories()),
        new Origin(source, Arrays.copyOf(rows.lines, rows.length)));
  }
}
