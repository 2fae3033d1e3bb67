package dev.chainrule.timeseries.data;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.chainrule.core.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the long format: a row an observation, with columns {@code unique_id}, {@code ds} and
 * {@code y}. A time is ISO 8601 ({@code 2020-01-31}, {@code 2020-01-31T13:00}, a space for the T),
 * or a whole number that counts steps. Times of a series rise; gaps become missing values.
 */
public final class SeriesCsv {
  private final Path file;
  private final Frequency frequency;
  private final Map<String, Rows> series = new LinkedHashMap<>();

  /** The rows of one series so far. */
  private static final class Rows {
    final LocalDateTime start;
    double[] values = new double[64];
    int length;

    Rows(LocalDateTime start) {
      this.start = start;
    }

    void put(int index, double value) {
      if (index >= values.length) {
        values = Arrays.copyOf(values, Math.max(index + 1, 2 * values.length));
      }
      Arrays.fill(values, length, index, Double.NaN);
      values[index] = value;
      length = index + 1;
    }
  }

  private SeriesCsv(Path file, Frequency frequency) {
    this.file = file;
    this.frequency = frequency;
  }

  /**
   * Reads a file.
   *
   * @throws InputException naming file and line, for a column that is missing, a cell that is no
   *     number or no time, times that do not rise or do not lie on the grid
   */
  public static List<Series> read(Path file, Frequency frequency) throws IOException {
    return new SeriesCsv(file, frequency).read();
  }

  private List<Series> read() throws IOException {
    try (CsvReader<CsvRecord> reader = SeriesFiles.rows(file)) {
      int[] columns = null;
      for (CsvRecord row : reader) {
        if (columns == null) {
          List<String> header = row.getFields();
          columns =
              new int[] {column(header, "unique_id"), column(header, "ds"), column(header, "y")};
        } else {
          add(row, columns);
        }
      }
    }
    if (series.isEmpty()) {
      throw new InputException(file + ": has no rows, expected columns unique_id, ds and y");
    }
    List<Series> result = new ArrayList<>();
    series.forEach(
        (id, rows) ->
            result.add(
                new Series(id, rows.start, frequency, Arrays.copyOf(rows.values, rows.length))));
    return result;
  }

  private int column(List<String> header, String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new InputException(
          "%s:1: has no column %s, found %s".formatted(file, name, String.join(", ", header)));
    }
    return column;
  }

  private void add(CsvRecord row, int[] columns) {
    int last = Math.max(columns[0], Math.max(columns[1], columns[2]));
    if (row.getFieldCount() <= last) {
      throw new InputException(
          "%s:%d: found %d cells, expected at least %d"
              .formatted(file, row.getStartingLineNumber(), row.getFieldCount(), last + 1));
    }
    String id = row.getField(columns[0]);
    LocalDateTime time = time(row, row.getField(columns[1]).strip());
    double value = SeriesFiles.number(file, row, columns[2]);
    Rows rows = series.get(id);
    if (rows == null) {
      rows = new Rows(time);
      series.put(id, rows);
      rows.put(0, value);
      return;
    }
    LocalDateTime latest = frequency.plus(rows.start, rows.length - 1L);
    if (!time.isAfter(latest)) {
      throw new InputException(
          "%s:%d: time %s of series %s is not after the one before, %s"
              .formatted(file, row.getStartingLineNumber(), time, id, latest));
    }
    long index = frequency.stepsBetween(rows.start, time);
    if (index < 0 || index > rows.length + 1_000_000L) {
      throw new InputException(
          "%s:%d: time %s of series %s does not follow from %s by steps of %s"
              .formatted(file, row.getStartingLineNumber(), time, id, rows.start, frequency));
    }
    rows.put((int) index, value);
  }

  private LocalDateTime time(CsvRecord row, String text) {
    if (!text.isEmpty() && text.length() < 8 && text.chars().allMatch(Character::isDigit)) {
      return frequency.plus(SeriesFiles.START, Long.parseLong(text));
    }
    return Times.parse(text, file + ":" + row.getStartingLineNumber(), "ds");
  }
}
