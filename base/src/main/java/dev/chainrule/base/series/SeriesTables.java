package dev.chainrule.base.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Series from Tablesaw's tables in the long format, and forecasts as such a table. */
public final class SeriesTables {
  private SeriesTables() {}

  /**
   * Series from columns {@code unique_id}, {@code ds} (dates, times, or text as in files) and
   * {@code y}; a missing value is missing.
   *
   * @param names columns to read beside the three
   * @throws InputException naming table and row (from 1), as for files
   */
  public static List<Series> series(Table table, Frequency frequency, CovariateNames names) {
    column(table, "unique_id");
    column(table, "ds");
    return data(table, frequency, names).series();
  }

  /**
   * What a table holds, by the rules of files: without {@code unique_id} there is one series,
   * {@code y}; without {@code ds} the rows of a series are its steps.
   *
   * @param frequency step between values, or null to infer it from the times
   * @param names columns to read beside the three
   * @throws InputException naming table and row (from 1), as for files
   */
  public static SeriesData data(Table table, @Nullable Frequency frequency, CovariateNames names) {
    Column<?> ids = optional(table, "unique_id");
    Column<?> times = optional(table, "ds");
    NumericColumn<?> values = numbers(table, "y");
    List<NumericColumn<?>> columns = new ArrayList<>();
    names.columns().forEach(name -> columns.add(numbers(table, name)));
    List<NumericColumn<?>> reals = new ArrayList<>();
    names.reals().forEach(name -> reals.add(numbers(table, name)));
    List<Column<?>> categories = new ArrayList<>();
    names.categories().forEach(name -> categories.add(column(table, name)));
    SeriesRows rows = new SeriesRows(table.name(), frequency, names);
    for (int i = 0; i < table.rowCount(); i++) {
      int row = i;
      SeriesRows.Row made =
          new SeriesRows.Row(
              row + 1,
              ids == null ? "y" : ids.getString(row),
              values.getDouble(row),
              columns.stream().mapToDouble(c -> c.getDouble(row)).toArray(),
              reals.stream().mapToDouble(c -> c.getDouble(row)).toArray(),
              categories.stream().map(c -> c.getString(row)).toList());
      if (times == null) {
        rows.add(made);
        continue;
      }
      if (times.isMissing(row)) {
        throw new InputException(
            "%s:%d: has no time in column ds".formatted(table.name(), row + 1));
      }
      switch (times) {
        case DateColumn dates -> rows.add(dates.get(row).atStartOfDay(), made);
        case DateTimeColumn exact -> rows.add(exact.get(row), made);
        default -> rows.add(times.getString(row), made);
      }
    }
    return rows.data();
  }

  private static @Nullable Column<?> optional(Table table, String name) {
    return table.containsColumn(name) ? table.column(name) : null;
  }

  private static Column<?> column(Table table, String name) {
    if (!table.containsColumn(name)) {
      throw new InputException(
          "%s: has no column %s, found %s"
              .formatted(table.name(), name, String.join(", ", table.columnNames())));
    }
    return table.column(name);
  }

  private static NumericColumn<?> numbers(Table table, String name) {
    if (column(table, name) instanceof NumericColumn<?> numbers) {
      return numbers;
    }
    throw new InputException(
        "%s: column %s is of type %s, expected numbers"
            .formatted(table.name(), name, table.column(name).type().name()));
  }

  /** Columns {@code unique_id}, {@code ds}, {@code mean}, and one a quantile, for instance q0.9. */
  public static Table forecasts(
      List<Series> series, List<Forecast> forecasts, double[] probabilities) {
    StringColumn ids = StringColumn.create("unique_id");
    DateTimeColumn times = DateTimeColumn.create("ds");
    DoubleColumn means = DoubleColumn.create("mean");
    Table table = Table.create("forecasts", ids, times, means);
    for (double p : probabilities) {
      table.addColumns(DoubleColumn.create("q" + p));
    }
    for (int i = 0; i < series.size(); i++) {
      Series s = series.get(i);
      for (int h = 0; h < forecasts.get(i).horizon(); h++) {
        ids.append(s.id());
        times.append(s.time(s.length() + (long) h));
        means.append(forecasts.get(i).mean(h));
        for (int k = 0; k < probabilities.length; k++) {
          table.doubleColumn(3 + k).append(forecasts.get(i).quantile(h, probabilities[k]));
        }
      }
    }
    return table;
  }
}
