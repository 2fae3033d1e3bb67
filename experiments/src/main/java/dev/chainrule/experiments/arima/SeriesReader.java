package dev.chainrule.experiments.arima;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.chainrule.arima.Regressors;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads series one after another from a CSV file with a header: column {@code y}, and where there
 * are several series {@code unique_id}, whose rows stand together. Only the present series is held
 * in memory. A series whose rows cannot be read is handed on with its {@link InputSeries#problem},
 * so that the others can still be used.
 */
final class SeriesReader implements Iterator<InputSeries>, AutoCloseable {
  private static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan", "null");

  private final Path file;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final int idColumn;
  private final int valueColumn;
  private final List<String> names;
  private final int[] columns;
  private final int filterColumn;
  private final String filterValue;
  private final Set<String> seen = new HashSet<>();
  private @Nullable CsvRecord pending;

  /**
   * Opens a file.
   *
   * @param regressors names of the columns to use as regressors
   * @param filter {@code COLUMN=VALUE}: other rows are passed over; or empty
   */
  SeriesReader(Path file, List<String> regressors, String filter) throws IOException {
    this.file = file;
    this.reader =
        CsvReader.builder()
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(TextFile.open(file));
    this.records = reader.iterator();
    CsvRecord first = record();
    if (first == null) {
      throw new InputException(file + ": is empty, expected a header with a column y.");
    }
    List<String> header = first.getFields();
    this.idColumn = header.indexOf("unique_id");
    this.valueColumn = header.indexOf("y");
    if (valueColumn < 0) {
      throw new InputException(
          file + ":1: found the columns " + header + ", expected one named y.");
    }
    this.names = List.copyOf(regressors);
    this.columns = new int[names.size()];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = column(header, names.get(c));
    }
    int equals = filter.indexOf('=');
    this.filterColumn = equals < 0 ? -1 : column(header, filter.substring(0, equals));
    this.filterValue = filter.substring(equals + 1);
    advance();
  }

  private InputException unreadable(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new InputException(file + ": cannot be read as CSV: " + cause.getMessage() + ".", e);
  }

  /** The next record, or null at the end of the file. */
  private @Nullable CsvRecord record() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException | UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private int column(List<String> header, String name) {
    int index = header.indexOf(name);
    if (index < 0) {
      throw new InputException(
          file + ":1: there is no column " + name + ", expected one of " + header + ".");
    }
    return index;
  }

  private void advance() {
    pending = null;
    for (CsvRecord record = record(); record != null; record = record()) {
      boolean blank = record.getFieldCount() == 1 && record.getField(0).isBlank();
      if (blank) {
        continue;
      }
      int needed = Math.max(idColumn, filterColumn);
      if (record.getFieldCount() <= needed) {
        throw new InputException(fewFields(record, needed));
      }
      if (filterColumn < 0 || record.getField(filterColumn).equals(filterValue)) {
        pending = record;
        return;
      }
    }
  }

  private String fewFields(CsvRecord record, int needed) {
    return place(record)
        + ": found "
        + record.getFieldCount()
        + " fields, expected at least "
        + (needed + 1)
        + ".";
  }

  private String place(CsvRecord record) {
    return file + ":" + record.getStartingLineNumber();
  }

  @Override
  public boolean hasNext() {
    return pending != null;
  }

  @Override
  public InputSeries next() {
    CsvRecord first = pending;
    if (first == null) {
      throw new NoSuchElementException();
    }
    String id = id(first);
    String problem = null;
    if (!seen.add(id)) {
      problem =
          place(first)
              + ": the series "
              + id
              + " begins again, expected its rows to stand together; sort the file by unique_id.";
    }
    List<double[]> rows = new ArrayList<>();
    for (CsvRecord record = first; record != null && id(record).equals(id); record = pending) {
      if (problem == null) {
        try {
          rows.add(row(record));
        } catch (InputException e) {
          problem = e.getMessage();
        }
      }
      advance();
    }
    if (problem != null) {
      return InputSeries.unreadable(id, problem);
    }
    int n = rows.size();
    while (columns.length > 0 && n > 0 && Double.isNaN(rows.get(n - 1)[0])) {
      n--;
    }
    double[] y = column(rows, 0, 0, n);
    return new InputSeries(id, y, regressors(rows, 0, n), regressors(rows, n, rows.size()), null);
  }

  /** The numbers of one row: {@code y}, then the regressors. */
  private double[] row(CsvRecord record) {
    if (record.getFieldCount() <= valueColumn) {
      throw new InputException(fewFields(record, valueColumn));
    }
    double[] row = new double[columns.length + 1];
    row[0] = number(record, valueColumn, "y");
    for (int c = 0; c < columns.length; c++) {
      row[c + 1] = number(record, columns[c], names.get(c));
    }
    return row;
  }

  private String id(CsvRecord record) {
    return idColumn < 0 ? "y" : record.getField(idColumn);
  }

  private Regressors regressors(List<double[]> rows, int from, int to) {
    if (from >= to && from > 0) {
      return Regressors.NONE;
    }
    double[][] result = new double[columns.length][];
    for (int c = 0; c < columns.length; c++) {
      result[c] = column(rows, c + 1, from, to);
    }
    return new Regressors(names, result);
  }

  private static double[] column(List<double[]> rows, int column, int from, int to) {
    double[] result = new double[to - from];
    Arrays.setAll(result, t -> rows.get(from + t)[column]);
    return result;
  }

  private double number(CsvRecord record, int column, String name) {
    String text = column < record.getFieldCount() ? record.getField(column).strip() : "";
    if (MISSING.contains(text)) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InputException(
          place(record)
              + ": found \""
              + text
              + "\" in column "
              + name
              + ", expected a number, or nothing where it is missing.",
          e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
