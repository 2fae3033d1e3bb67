package dev.chainrule.timeseries.data;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the long format: a row an observation, with columns {@code unique_id}, {@code ds} and
 * {@code y}. A time is ISO 8601 ({@code 2020-01-31}, {@code 2020-01-31T13:00}, a space for the T),
 * or a whole number that counts steps; four digits are a year where steps are years. Times of a
 * series rise; gaps become missing values.
 */
public final class SeriesCsv {
  private static final int FIXED = 3;

  private final Path file;
  private final Frequency frequency;
  private final CovariateNames names;

  private SeriesCsv(Path file, Frequency frequency, CovariateNames names) {
    this.file = file;
    this.frequency = frequency;
    this.names = names;
  }

  /** Reads a file without covariates; see {@link #read(Path, Frequency, CovariateNames)}. */
  public static List<Series> read(Path file, Frequency frequency) throws IOException {
    return read(file, frequency, CovariateNames.NONE);
  }

  /**
   * Reads a file.
   *
   * @param names columns to read beside the three
   * @throws InputException naming file and line, for a column that is missing, a cell that is no
   *     number or no time, times that do not rise or do not lie on the grid
   */
  public static List<Series> read(Path file, Frequency frequency, CovariateNames names)
      throws IOException {
    return new SeriesCsv(file, frequency, names).read();
  }

  private List<Series> read() throws IOException {
    SeriesRows series = new SeriesRows(file.toString(), frequency, names);
    try (CsvReader<CsvRecord> reader = SeriesFiles.rows(file)) {
      int[] columns = null;
      for (CsvRecord row : reader) {
        if (columns == null) {
          List<String> wanted = new ArrayList<>(List.of("unique_id", "ds", "y"));
          wanted.addAll(names.all());
          columns = columns(SeriesFiles.header(row), wanted);
        } else {
          series.add(row(row, columns));
        }
      }
    }
    return series.series();
  }

  private int[] columns(List<String> header, List<String> wanted) {
    return wanted.stream().mapToInt(name -> column(header, name)).toArray();
  }

  private int column(List<String> header, String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new InputException(
          "%s:1: has no column %s, found %s".formatted(file, name, String.join(", ", header)));
    }
    return column;
  }

  private SeriesRows.Row row(CsvRecord row, int[] columns) {
    requireCells(row, columns);
    double value = SeriesFiles.number(file, row, columns[2]);
    int from = FIXED;
    double[] steps = numbers(row, columns, from, names.columns().size());
    from += steps.length;
    double[] reals = numbers(row, columns, from, names.reals().size());
    from += reals.length;
    List<String> categories = new ArrayList<>();
    for (int k = 0; k < names.categories().size(); k++) {
      categories.add(row.getField(columns[from + k]).strip());
    }
    int line = (int) row.getStartingLineNumber();
    String id = row.getField(columns[0]);
    return new SeriesRows.Row(line, id, time(row, columns), value, steps, reals, categories);
  }

  private void requireCells(CsvRecord row, int[] columns) {
    int last = Arrays.stream(columns).max().orElse(0);
    if (row.getFieldCount() <= last) {
      throw new InputException(
          "%s:%d: found %d cells, expected at least %d"
              .formatted(file, row.getStartingLineNumber(), row.getFieldCount(), last + 1));
    }
  }

  private double[] numbers(CsvRecord row, int[] columns, int from, int count) {
    double[] numbers = new double[count];
    for (int k = 0; k < count; k++) {
      numbers[k] = SeriesFiles.number(file, row, columns[from + k]);
    }
    return numbers;
  }

  private LocalDateTime time(CsvRecord row, int[] columns) {
    String place = file + ":" + row.getStartingLineNumber();
    return Times.parse(row.getField(columns[1]), frequency, place, "ds");
  }

  /**
   * Adds what a file says of the steps after the end of each series: columns {@code unique_id},
   * {@code ds} and those known ahead. Rows of other times and series are passed over.
   *
   * @param horizon steps that must be there
   * @throws InputException naming file and line, series and time, for what is not there
   */
  public static List<Series> withFuture(
      List<Series> series, Path file, CovariateNames names, int horizon) throws IOException {
    SeriesCsv csv = new SeriesCsv(file, series.getFirst().frequency(), names);
    Map<String, double[][]> future = new HashMap<>();
    Map<String, Series> byId = new HashMap<>();
    for (Series s : series) {
      double[][] rows = new double[names.known().size()][horizon];
      Arrays.stream(rows).forEach(row -> Arrays.fill(row, Double.NaN));
      future.put(s.id(), rows);
      byId.put(s.id(), s);
    }
    try (CsvReader<CsvRecord> reader = SeriesFiles.rows(file)) {
      int[] columns = null;
      for (CsvRecord row : reader) {
        if (columns == null) {
          List<String> wanted = new ArrayList<>(List.of("unique_id", "ds"));
          wanted.addAll(names.known());
          columns = csv.columns(SeriesFiles.header(row), wanted);
        } else {
          csv.addFuture(row, columns, byId, future, horizon);
        }
      }
    }
    List<Series> result = new ArrayList<>();
    for (Series s : series) {
      result.add(csv.extended(s, future.getOrDefault(s.id(), new double[0][]), horizon));
    }
    return result;
  }

  private void addFuture(
      CsvRecord row,
      int[] columns,
      Map<String, Series> byId,
      Map<String, double[][]> future,
      int horizon) {
    requireCells(row, columns);
    String id = row.getField(columns[0]);
    Series s = byId.get(id);
    double[][] rows = future.get(id);
    LocalDateTime time = time(row, columns);
    if (s == null || rows == null || time.isBefore(s.time(s.length()))) {
      return;
    }
    long step = frequency.stepsBetween(s.start(), time) - s.length();
    if (step < 0) {
      throw new InputException(
          "%s:%d: time %s of series %s does not follow from %s by steps of %s"
              .formatted(file, row.getStartingLineNumber(), time, id, s.start(), frequency));
    }
    for (int k = 0; k < rows.length && step < horizon; k++) {
      rows[k][(int) step] = SeriesFiles.number(file, row, columns[2 + k]);
    }
  }

  private Series extended(Series s, double[][] future, int horizon) {
    double[][] columns = s.covariates().columns().clone();
    for (int k = 0; k < future.length; k++) {
      for (int h = 0; h < horizon; h++) {
        if (Double.isNaN(future[k][h])) {
          throw new InputException(
              "%s: column %s of series %s has no value at %s, which the forecast needs"
                  .formatted(file, names.known().get(k), s.id(), s.time(s.length() + (long) h)));
        }
      }
      columns[k] = Arrays.copyOf(columns[k], s.length() + horizon);
      System.arraycopy(future[k], 0, columns[k], s.length(), horizon);
    }
    return s.withCovariates(s.covariates().withColumns(columns));
  }
}
