package dev.chainrule.base.series;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file of series (UTF-8, may be gzipped) and how it is to be read. In every layout a row has
 * as many cells as the header, a cell is a number or missing (empty, NA, NaN, null), and times are
 * of one kind, in any order, none twice; see {@link TimeColumn}. It costs at most 40 bytes of
 * memory a byte of the file, and what {@link SeriesRows} allows gaps.
 *
 * @param path the file
 * @param layout what stands where
 * @param frequency step between values, or null to infer it from the times
 * @param covariates columns of a long file to read beside the values
 * @param where rows of a long file to take, or null for all
 */
public record SeriesFile(
    Path path,
    Layout layout,
    @Nullable Frequency frequency,
    CovariateNames covariates,
    @Nullable RowFilter where) {
  /** How a file is laid out. */
  public enum Layout {
    /**
     * A row an observation: columns {@code y}, and as they are needed {@code unique_id} and {@code
     * ds}. Without {@code ds} the rows of a series are its steps; without {@code unique_id} there
     * is one series, y.
     */
    LONG,
    /** A header, then in each row a name and the values to its end, as in the M4 competition. */
    M4,
    /** No header; a row a time, a column a series. */
    MATRIX,
    /** Columns {@code ds} and one a series, which begins with its first value. */
    WIDE;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Refuses columns where the layout has none. */
  public SeriesFile {
    boolean columns = where != null || !covariates.all().isEmpty();
    if (layout != Layout.LONG && columns) {
      throw new InputException(
          "--layout: found %s, expected long for the columns %s."
              .formatted(
                  layout,
                  CsvTable.names(where == null ? covariates.all() : List.of(where.column()))));
    }
  }

  /** A long file without covariates, whose times tell the step between values. */
  public static SeriesFile of(Path path) {
    return new SeriesFile(path, Layout.LONG, null, CovariateNames.NONE, null);
  }

  /** All series of a long file without covariates, by known steps. */
  public static List<Series> read(Path path, Frequency frequency) throws IOException {
    return of(path).by(frequency).read().series();
  }

  /** In another layout. */
  public SeriesFile in(Layout other) {
    return new SeriesFile(path, other, frequency, covariates, where);
  }

  /** By known steps, or null to infer them. */
  public SeriesFile by(@Nullable Frequency other) {
    return new SeriesFile(path, layout, other, covariates, where);
  }

  /** With columns beside the values. */
  public SeriesFile with(CovariateNames names) {
    return new SeriesFile(path, layout, frequency, names, where);
  }

  /** Only some rows, or all where it is null. */
  public SeriesFile where(@Nullable RowFilter filter) {
    return new SeriesFile(path, layout, frequency, covariates, filter);
  }

  /**
   * Reads the file.
   *
   * @throws InputException naming file and line, for what is wrong with the file as a whole: its
   *     encoding, its header, a row with other cells than the header's, a time that is none, gaps
   *     that would fill the memory, or dates that do not tell the step between values
   */
  public SeriesData read() throws IOException {
    try (CsvTable table = CsvTable.open(path)) {
      return read(table);
    }
  }

  /**
   * Reads what is in memory, as if it were the file, whose name stands for it in messages.
   *
   * @throws InputException as for the file
   */
  public SeriesData read(byte[] content) throws IOException {
    try (CsvTable table = CsvTable.open(path, content)) {
      return read(table);
    }
  }

  private SeriesData read(CsvTable table) throws IOException {
    SeriesRows rows = new SeriesRows(path.toString(), frequency, covariates, layout == Layout.WIDE);
    switch (layout) {
      case LONG -> readLong(table, rows, id -> true, true);
      case WIDE -> readWide(table, rows);
      case M4 -> readM4(table, rows);
      case MATRIX -> readMatrix(table, rows);
    }
    return rows.data();
  }

  /**
   * Reads a long file that is a part of a source, its other parts being read elsewhere.
   *
   * @param content of the file, to its end; it is closed
   * @param size of it in bytes
   * @param rows get those of the series that are taken
   * @param taken is asked row by row, by the series' name
   * @throws InputException as for a whole file
   */
  public void readPart(InputStream content, long size, SeriesRows rows, Predicate<String> taken)
      throws IOException {
    try (CsvTable table = CsvTable.open(path, content, size)) {
      readLong(table, rows, taken, false);
    }
  }

  /** For the rows of a file that is a part of a source, or of the whole one. */
  public SeriesRows rows() {
    return new SeriesRows(path.toString(), frequency, covariates);
  }

  private void readLong(CsvTable table, SeriesRows rows, Predicate<String> taken, boolean whole)
      throws IOException {
    List<String> header = table.header("a header with a column y");
    LongRow row = new LongRow(table, header);
    RowFilter filter = where;
    int filtered = filter == null ? -1 : table.column(header, filter.column());
    RowFilter.Seen seen = new RowFilter.Seen();
    boolean any = false;
    for (CsvRecord r = table.next(header.size()); r != null; r = table.next(header.size())) {
      if (filter != null && !r.getField(filtered).equals(filter.value())) {
        seen.add(r.getField(filtered));
        continue;
      }
      any = true;
      row.add(r, rows, taken);
    }
    if (whole && filter != null && !any) {
      throw seen.none(path, filter);
    }
  }

  /** Where the cells of a long file's rows are. */
  private final class LongRow {
    private final CsvTable table;
    private final int id;
    private final int time;
    private final int value;
    private final int[] numbers;
    private final int[] reals;
    private final int[] categories;

    LongRow(CsvTable table, List<String> header) {
      this.table = table;
      id = table.optional(header, "unique_id");
      time = table.optional(header, "ds");
      value = table.column(header, "y");
      numbers = columns(header, covariates.columns());
      reals = columns(header, covariates.reals());
      categories = columns(header, covariates.categories());
    }

    private int[] columns(List<String> header, List<String> names) {
      return names.stream().mapToInt(name -> table.column(header, name)).toArray();
    }

    void add(CsvRecord r, SeriesRows rows, Predicate<String> taken) {
      String name = id < 0 ? "y" : r.getField(id);
      if (!taken.test(name)) {
        return;
      }
      attempt(
          rows,
          name,
          () -> {
            List<String> kinds = new ArrayList<>();
            for (int column : categories) {
              kinds.add(r.getField(column).strip());
            }
            return new SeriesRows.Row(
                CsvTable.line(r),
                name,
                table.number(r, value, "y"),
                numbers(r, numbers, covariates.columns()),
                numbers(r, reals, covariates.reals()),
                kinds);
          },
          row -> {
            if (time < 0) {
              rows.add(row);
            } else {
              rows.add(r.getField(time), row);
            }
          });
    }

    private double[] numbers(CsvRecord r, int[] columns, List<String> names) {
      double[] result = new double[columns.length];
      Arrays.setAll(result, k -> table.number(r, columns[k], names.get(k)));
      return result;
    }
  }

  /** Makes a row and adds it; where a cell is no number, the series has a problem. */
  private static void attempt(
      SeriesRows rows,
      String id,
      java.util.function.Supplier<SeriesRows.Row> row,
      Consumer<SeriesRows.Row> add) {
    SeriesRows.Row made;
    try {
      made = row.get();
    } catch (InputException e) {
      rows.problem(id, String.valueOf(e.getMessage()));
      return;
    }
    add.accept(made);
  }

  private static void readWide(CsvTable table, SeriesRows rows) {
    List<String> header = table.header("a header with ds and a column a series");
    if (header.size() < 2 || !header.getFirst().equals("ds")) {
      throw new InputException(
          "%s:1: found columns %s, expected ds and then a column a series."
              .formatted(table.file(), CsvTable.names(header)));
    }
    Set<String> distinct = new HashSet<>(header);
    if (distinct.size() < header.size()) {
      throw new InputException(
          "%s:1: found columns %s, expected each name once."
              .formatted(table.file(), CsvTable.names(header)));
    }
    for (CsvRecord r = table.next(header.size()); r != null; r = table.next(header.size())) {
      CsvRecord row = r;
      for (int k = 1; k < header.size(); k++) {
        int column = k;
        String id = header.get(k);
        attempt(
            rows,
            id,
            () -> new SeriesRows.Row(CsvTable.line(row), id, table.number(row, column, id)),
            made -> rows.add(row.getField(0), made));
      }
    }
  }

  private static void readM4(CsvTable table, SeriesRows rows) {
    List<String> header = table.header("a header and a row a series");
    Set<String> ids = new HashSet<>();
    for (CsvRecord r = table.next(); r != null; r = table.next()) {
      CsvRecord row = r;
      String id = row.getField(0);
      if (row.getFieldCount() > header.size()) {
        throw new InputException(
            "%s: found %d cells, expected at most %d as in the header."
                .formatted(table.place(row), row.getFieldCount(), header.size()));
      }
      int count = row.getFieldCount() - 1;
      while (count > 0 && row.getField(count).isBlank()) {
        count--;
      }
      if (!ids.add(id) || count == 0) {
        rows.problem(
            id,
            "%s: series %s %s."
                .formatted(
                    table.place(row),
                    Excerpt.of(id),
                    count == 0
                        ? "has no value, expected numbers"
                        : "occurs a second time, expected a row a series"));
      }
      for (int k = 1; k <= count; k++) {
        int column = k;
        attempt(
            rows,
            id,
            () ->
                new SeriesRows.Row(
                    CsvTable.line(row), id, table.number(row, column, header.get(column))),
            rows::add);
      }
    }
  }

  private static void readMatrix(CsvTable table, SeriesRows rows) {
    int columns = -1;
    for (CsvRecord r = table.next(); r != null; r = table.next()) {
      CsvRecord row = r;
      columns = columns < 0 ? row.getFieldCount() : columns;
      if (row.getFieldCount() != columns) {
        throw new InputException(
            "%s: found %d cells, expected %d as in the first line."
                .formatted(table.place(row), row.getFieldCount(), columns));
      }
      for (int k = 0; k < columns; k++) {
        int column = k;
        String id = "series" + k;
        attempt(
            rows,
            id,
            () ->
                new SeriesRows.Row(
                    CsvTable.line(row), id, table.number(row, column, "" + (column + 1))),
            rows::add);
      }
    }
  }
}
