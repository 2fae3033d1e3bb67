package dev.chainrule.base.series;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the steps after the end of series: a file with columns {@code unique_id}, {@code
 * ds} and those known ahead. Rows of other times and series are passed over.
 */
public final class FutureFile {
  private final Path path;
  private final List<String> known;
  private final int horizon;
  private final Map<String, Steps> bySeries = new HashMap<>();

  private FutureFile(Path path, List<String> known, int horizon) {
    this.path = path;
    this.known = known;
    this.horizon = horizon;
  }

  /** The steps ahead of a series: numbers [known][horizon], and the line of each. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Steps(Series series, double[][] numbers, int[] lines) {}

  /**
   * Adds the steps ahead to the covariates of series.
   *
   * @param names of the series' covariates
   * @param horizon steps that must be there
   * @throws InputException naming file and line, series and time, for what is not there, or twice
   */
  public static List<Series> extend(
      List<Series> series, Path path, CovariateNames names, int horizon) throws IOException {
    try (CsvTable table = CsvTable.open(path)) {
      return extend(series, table, names, horizon);
    }
  }

  /** The same from what is in memory, named as messages shall name it. */
  public static List<Series> extend(
      List<Series> series, Path name, byte[] content, CovariateNames names, int horizon)
      throws IOException {
    try (CsvTable table = CsvTable.open(name, content)) {
      return extend(series, table, names, horizon);
    }
  }

  private static List<Series> extend(
      List<Series> series, CsvTable table, CovariateNames names, int horizon) {
    FutureFile file = new FutureFile(table.file(), names.known(), horizon);
    for (Series s : series) {
      double[][] numbers = new double[names.known().size()][horizon];
      Arrays.stream(numbers).forEach(row -> Arrays.fill(row, Double.NaN));
      file.bySeries.put(s.id(), new Steps(s, numbers, new int[horizon]));
    }
    file.read(table, series.getFirst().frequency());
    List<Series> result = new ArrayList<>();
    for (Series s : series) {
      result.add(file.extended(s));
    }
    return result;
  }

  private void read(CsvTable table, Frequency frequency) {
    List<String> header = table.header("columns unique_id, ds and " + String.join(", ", known));
    int id = table.column(header, "unique_id");
    int ds = table.column(header, "ds");
    int[] columns = known.stream().mapToInt(name -> table.column(header, name)).toArray();
    TimeColumn times = new TimeColumn(frequency);
    for (CsvRecord row = table.next(header.size()); row != null; row = table.next(header.size())) {
      long time = times.parse(row.getField(ds), table.place(row));
      Steps steps = bySeries.get(row.getField(id));
      if (steps == null) {
        continue;
      }
      if (times.counts() != steps.series.counts()) {
        throw new InputException(
            "%s: found %s in column ds, expected a time like %s as in the series' file."
                .formatted(
                    table.place(row),
                    Excerpt.of(row.getField(ds)),
                    steps.series.label(steps.series.length())));
      }
      long step = step(steps.series, time, row.getField(ds), table.place(row));
      if (step < 0 || step >= horizon) {
        continue;
      }
      int h = (int) step;
      if (steps.lines[h] > 0) {
        throw new InputException(
            "%s: time %s of series %s occurs a second time, after line %d; expected it once."
                .formatted(
                    table.place(row),
                    Excerpt.of(row.getField(ds)),
                    Excerpt.of(steps.series.id()),
                    steps.lines[h]));
      }
      steps.lines[h] = CsvTable.line(row);
      for (int k = 0; k < columns.length; k++) {
        steps.numbers[k][h] = table.number(row, columns[k], known.get(k));
      }
    }
  }

  /** How many steps after the first unknown one a time is; negative for one before it. */
  private static long step(Series s, long time, String cell, String place) {
    Origin origin = s.origin();
    if (origin != null && origin.firstCount() != null) {
      return time - origin.firstCount() - s.length();
    }
    LocalDateTime date = LocalDateTime.ofEpochSecond(time, 0, ZoneOffset.UTC);
    if (date.isBefore(s.time(s.length()))) {
      return -1;
    }
    long step = s.frequency().stepsBetween(s.start(), date) - s.length();
    if (step < 0) {
      throw new InputException(
          "%s: time %s of series %s does not follow from %s by steps of %s."
              .formatted(place, Excerpt.of(cell), Excerpt.of(s.id()), s.start(), s.frequency()));
    }
    return step;
  }

  private Series extended(Series s) {
    Steps steps = bySeries.get(s.id());
    double[][] columns = s.covariates().columns().clone();
    for (int k = 0; steps != null && k < steps.numbers.length; k++) {
      for (int h = 0; h < horizon; h++) {
        if (Double.isNaN(steps.numbers[k][h])) {
          throw new InputException(
              "%s: column %s of series %s has no value at %s, which the forecast needs."
                  .formatted(
                      path,
                      Excerpt.of(known.get(k)),
                      Excerpt.of(s.id()),
                      s.label(s.length() + (long) h)));
        }
      }
      columns[k] = Arrays.copyOf(columns[k], s.length() + horizon);
      System.arraycopy(steps.numbers[k], 0, columns[k], s.length(), horizon);
    }
    return s.withCovariates(s.covariates().withColumns(columns));
  }
}
