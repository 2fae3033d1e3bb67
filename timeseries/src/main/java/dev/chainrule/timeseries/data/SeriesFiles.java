package dev.chainrule.timeseries.data;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Files that hold one series in a row or in a column, without times. */
public final class SeriesFiles {
  /** Where series without times begin: a Monday. */
  public static final LocalDateTime START = LocalDateTime.of(1990, 1, 1, 0, 0);

  /** Squares of larger numbers, scaled ones too, would be beyond the network's. */
  private static final double LARGEST = 1e30;

  private SeriesFiles() {}

  /** The rows of a file, which may differ in their number of cells. */
  static CsvReader<CsvRecord> rows(Path file) throws IOException {
    return CsvReader.builder()
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .ofCsvRecord(TextFile.open(file));
  }

  /** A header's cells, without blanks around them. */
  static List<String> header(CsvRecord row) {
    return row.getFields().stream().map(String::strip).toList();
  }

  /** A file of the M4 competition: a header, then in each row a name and values to its end. */
  public static List<Series> m4(Path file, Frequency frequency) throws IOException {
    List<Series> result = new ArrayList<>();
    try (CsvReader<CsvRecord> reader = rows(file)) {
      for (CsvRecord row : reader) {
        if (row.getStartingLineNumber() == 1) {
          continue;
        }
        int count = row.getFieldCount() - 1;
        while (count > 0 && row.getField(count).isBlank()) {
          count--;
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = number(file, row, i + 1);
        }
        int[] lines = new int[count];
        Arrays.fill(lines, (int) row.getStartingLineNumber());
        Origin origin = new Origin(file.toString(), lines);
        result.add(new Series(row.getField(0), START, frequency, values, Covariates.NONE, origin));
      }
    }
    return result;
  }

  /** A plain matrix: a row a time, a column a series, separated by commas, no header. */
  public static List<Series> matrix(Path file, Frequency frequency) throws IOException {
    List<double[]> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> reader = rows(file)) {
      for (CsvRecord row : reader) {
        if (!rows.isEmpty() && row.getFieldCount() != rows.getFirst().length) {
          throw new InputException(
              "%s:%d: found %d columns, expected %d as in the first line"
                  .formatted(
                      file,
                      row.getStartingLineNumber(),
                      row.getFieldCount(),
                      rows.getFirst().length));
        }
        double[] values = new double[row.getFieldCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = number(file, row, i);
        }
        rows.add(values);
      }
    }
    if (rows.isEmpty()) {
      throw new InputException(file + ": is empty, expected a matrix of numbers");
    }
    List<Series> result = new ArrayList<>();
    for (int column = 0; column < rows.getFirst().length; column++) {
      double[] values = new double[rows.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = rows.get(i)[column];
      }
      result.add(new Series("series" + column, START, frequency, values));
    }
    return result;
  }

  /**
   * A table: a header {@code ds} and the series' names, then a row a time. Times rise; gaps and
   * empty cells become missing values; a series begins with its first value.
   */
  public static List<Series> wide(Path file, Frequency frequency) throws IOException {
    SeriesRows series = new SeriesRows(file.toString(), frequency, CovariateNames.NONE);
    List<String> header = List.of();
    boolean[] begun = new boolean[0];
    try (CsvReader<CsvRecord> reader = rows(file)) {
      for (CsvRecord row : reader) {
        int line = (int) row.getStartingLineNumber();
        if (header.isEmpty()) {
          header = header(row);
          begun = new boolean[header.size()];
          requireWideHeader(file, header);
          continue;
        }
        if (row.getFieldCount() != header.size()) {
          throw new InputException(
              "%s:%d: found %d cells, expected %d as in the header"
                  .formatted(file, line, row.getFieldCount(), header.size()));
        }
        LocalDateTime time = Times.parse(row.getField(0), frequency, file + ":" + line, "ds");
        for (int k = 1; k < header.size(); k++) {
          double value = number(file, row, k);
          begun[k] |= !Double.isNaN(value);
          if (begun[k]) {
            series.add(
                new SeriesRows.Row(
                    line, header.get(k), time, value, new double[0], new double[0], List.of()));
          }
        }
      }
    }
    return series.series();
  }

  private static void requireWideHeader(Path file, List<String> header) {
    if (header.size() < 2 || !header.getFirst().equals("ds")) {
      throw new InputException(
          "%s:1: found columns %s, expected ds and then a column a series"
              .formatted(file, String.join(", ", header)));
    }
    if (header.stream().distinct().count() < header.size()) {
      throw new InputException(
          "%s:1: found columns %s, expected each name once"
              .formatted(file, String.join(", ", header)));
    }
  }

  /** A number, or NaN for an empty cell or one that says NA or NaN. */
  static double number(Path file, CsvRecord row, int field) {
    String text = row.getField(field).strip();
    if (text.isEmpty() || text.equalsIgnoreCase("na") || text.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      if (Math.abs(value) <= LARGEST) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is too large.
    }
    throw new InputException(
        "%s:%d: found \"%s\" in column %d, expected a number of at most 1e30, or nothing or NA"
            .formatted(file, row.getStartingLineNumber(), text, field + 1));
  }
}
