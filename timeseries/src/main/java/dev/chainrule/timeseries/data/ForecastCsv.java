package dev.chainrule.timeseries.data;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Forecasts as a file: columns {@code unique_id}, {@code ds}, {@code mean}, and one for each
 * quantile, for instance {@code q0.05}.
 *
 * @param entries by the series' id
 */
public record ForecastCsv(Map<String, Entry> entries) {
  /**
   * The forecast of one series.
   *
   * @param times of the steps
   * @param means [horizon]
   * @param probabilities of the quantiles, as in the file
   * @param quantiles [q][horizon]
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Entry(
      List<LocalDateTime> times, double[] means, double[] probabilities, double[][] quantiles) {}

  /** A file's text. */
  public static String text(List<Series> series, List<Forecast> forecasts, double[] probabilities) {
    StringWriter text = new StringWriter();
    CsvWriter rows = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    List<String> row = new ArrayList<>(List.of("unique_id", "ds", "mean"));
    for (double p : probabilities) {
      row.add("q" + p);
    }
    rows.writeRecord(row);
    for (int i = 0; i < series.size(); i++) {
      Series s = series.get(i);
      Forecast forecast = forecasts.get(i);
      for (int h = 0; h < forecast.horizon(); h++) {
        row.clear();
        row.add(s.id());
        row.add(s.time(s.length() + (long) h).toString());
        row.add(Double.toString(forecast.mean(h)));
        for (double p : probabilities) {
          row.add(Double.toString(forecast.quantile(h, p)));
        }
        rows.writeRecord(row);
      }
    }
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * Reads a file.
   *
   * @throws InputException naming file and line, for columns or cells that are not such a file's
   */
  public static ForecastCsv read(Path file) throws IOException {
    Map<String, List<CsvRecord>> byId = new LinkedHashMap<>();
    List<String> header = List.of();
    try (CsvReader<CsvRecord> reader = SeriesFiles.rows(file)) {
      for (CsvRecord row : reader) {
        if (header.isEmpty()) {
          header = SeriesFiles.header(row);
          if (header.size() < 3
              || !header.subList(0, 3).equals(List.of("unique_id", "ds", "mean"))) {
            throw new InputException(
                "%s:1: found columns %s, expected unique_id, ds, mean and quantiles like q0.1"
                    .formatted(file, String.join(", ", header)));
          }
        } else if (row.getFieldCount() != header.size()) {
          throw new InputException(
              "%s:%d: found %d cells, expected %d"
                  .formatted(
                      file, row.getStartingLineNumber(), row.getFieldCount(), header.size()));
        } else {
          byId.computeIfAbsent(row.getField(0), id -> new ArrayList<>()).add(row);
        }
      }
    }
    if (byId.isEmpty()) {
      throw new InputException(file + ": has no forecasts");
    }
    double[] probabilities = new double[header.size() - 3];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = probability(file, header.get(i + 3));
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    byId.forEach((id, rows) -> entries.put(id, entry(file, rows, probabilities)));
    return new ForecastCsv(entries);
  }

  private static double probability(Path file, String name) {
    try {
      double p = name.startsWith("q") ? Double.parseDouble(name.substring(1)) : Double.NaN;
      if (p > 0 && p < 1) {
        return p;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is no probability.
    }
    throw new InputException(
        "%s:1: found column %s, expected a quantile like q0.1".formatted(file, name));
  }

  private static Entry entry(Path file, List<CsvRecord> rows, double[] probabilities) {
    List<LocalDateTime> times = new ArrayList<>();
    double[] means = new double[rows.size()];
    double[][] quantiles = new double[probabilities.length][rows.size()];
    for (int h = 0; h < rows.size(); h++) {
      CsvRecord row = rows.get(h);
      times.add(Times.parse(row.getField(1), file + ":" + row.getStartingLineNumber(), "ds"));
      means[h] = SeriesFiles.number(file, row, 2);
      for (int i = 0; i < probabilities.length; i++) {
        quantiles[i][h] = SeriesFiles.number(file, row, i + 3);
      }
    }
    return new Entry(times, means, probabilities, quantiles);
  }
}
