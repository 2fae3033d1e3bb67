package dev.chainrule.base.series;

import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.io.Excerpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Forecasts as a CSV file, a row a step: columns {@code unique_id}, {@code ds} (the times of the
 * series go on), {@code mean}, one for each quantile, for instance {@code q0.05}, and {@code
 * model}, the name of what made the forecast.
 *
 * @param entries by the series' id
 */
public record ForecastFile(Map<String, Entry> entries) {
  private static final List<String> FIRST = List.of("unique_id", "ds", "mean");
  private static final String MODEL = "model";
  private static final double DIGITS = 1e10;

  /**
   * The forecast of one series.
   *
   * @param model what made it
   * @param times of the steps, as they stand in the file
   * @param lines of the steps
   * @param means [horizon]
   * @param probabilities of the quantiles, as in the file
   * @param quantiles [q][horizon]
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Entry(
      String model,
      List<String> times,
      int[] lines,
      double[] means,
      double[] probabilities,
      double[][] quantiles) {
    /**
     * How many steps after the first value of the series the forecast begins.
     *
     * @param file for the message
     * @throws InputException if its times are not those of the series, step by step
     */
    public int origin(Series series, Path file) {
      TimeColumn column = new TimeColumn(series.counts() ? Frequency.STEPS : series.frequency());
      long first = -1;
      for (int h = 0; h < lines.length; h++) {
        String place = file + ":" + lines[h];
        long index = index(series, column.parse(times.get(h), place), column.counts());
        first = h == 0 ? index : first;
        if (first < 0 || index != first + h || index > Integer.MAX_VALUE - lines.length) {
          throw new InputException(
              "%s: found time %s for series %s, expected %s"
                  .formatted(
                      place,
                      Excerpt.of(times.get(h)),
                      Excerpt.of(series.id()),
                      first < 0
                          ? "one on the grid of %s from %s."
                              .formatted(series.frequency(), series.label(0))
                          : series.label(first + h) + ", the next step."));
        }
      }
      return (int) first;
    }

    private static long index(Series series, long time, boolean counts) {
      Origin origin = series.origin();
      if (counts && origin != null && origin.firstCount() != null) {
        return time - origin.firstCount();
      }
      return counts
          ? -1
          : series
              .frequency()
              .stepsBetween(
                  series.start(),
                  java.time.LocalDateTime.ofEpochSecond(time, 0, java.time.ZoneOffset.UTC));
    }
  }

  /**
   * The quantiles that bound central intervals, rising, with the median.
   *
   * @param levels nominal coverage in per cent
   */
  public static double[] probabilities(List<Double> levels) {
    TreeSet<Double> result = new TreeSet<>(List.of(0.5));
    for (double level : levels) {
      result.add(Math.round((1 - level / 100) / 2 * DIGITS) / DIGITS);
      result.add(Math.round((1 + level / 100) / 2 * DIGITS) / DIGITS);
    }
    return result.stream().mapToDouble(p -> p).toArray();
  }

  /** Writes such a file, forecast by forecast. */
  public static final class Writer {
    private final CsvWriter rows;
    private final double[] probabilities;

    /** Writes the header. */
    public Writer(java.io.Writer text, double[] probabilities) {
      this.rows = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
      this.probabilities = probabilities.clone();
      List<String> row = new ArrayList<>(FIRST);
      for (double p : probabilities) {
        row.add("q" + p);
      }
      row.add(MODEL);
      rows.writeRecord(row);
    }

    /** Writes the forecast of the steps after the end of a series. */
    public void add(Series series, Forecast forecast, String model) throws IOException {
      List<String> row = new ArrayList<>();
      for (int h = 0; h < forecast.horizon(); h++) {
        row.clear();
        row.add(series.id());
        row.add(series.label(series.length() + (long) h));
        row.add(Double.toString(forecast.mean(h)));
        for (double p : probabilities) {
          row.add(Double.toString(forecast.quantile(h, p)));
        }
        row.add(model);
        rows.writeRecord(row);
      }
      rows.flush();
    }
  }

  /**
   * Reads a file.
   *
   * @throws InputException naming file and line, for columns or cells that are not such a file's
   */
  public static ForecastFile read(Path file) throws IOException {
    try (CsvTable table = CsvTable.open(file)) {
      return read(file, table);
    }
  }

  /** Reads what is in memory, named as messages shall name it. */
  public static ForecastFile read(Path name, byte[] content) throws IOException {
    try (CsvTable table = CsvTable.open(name, content)) {
      return read(name, table);
    }
  }

  private static ForecastFile read(Path file, CsvTable table) {
    Map<String, List<Step>> byId = new LinkedHashMap<>();
    List<String> header = table.header("unique_id, ds, mean and quantiles like q0.1");
    if (header.size() < FIRST.size() || !header.subList(0, 3).equals(FIRST)) {
      throw new InputException(
          "%s:1: found columns %s, expected unique_id, ds, mean and quantiles like q0.1."
              .formatted(file, CsvTable.names(header)));
    }
    int model = header.getLast().equals(MODEL) ? header.size() - 1 : -1;
    double[] probabilities =
        probabilities(file, header.subList(3, model < 0 ? header.size() : model));
    for (CsvRecord row = table.next(header.size()); row != null; row = table.next(header.size())) {
      double[] numbers = new double[1 + probabilities.length];
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = number(table, row, 2 + k, header.get(2 + k));
      }
      byId.computeIfAbsent(row.getField(0), id -> new ArrayList<>())
          .add(
              new Step(
                  CsvTable.line(row),
                  row.getField(1).strip(),
                  numbers,
                  model < 0 ? "" : row.getField(model)));
    }
    if (byId.isEmpty()) {
      throw new InputException(file + ": has no forecasts, expected a row a step.");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    byId.forEach((id, steps) -> entries.put(id, entry(steps, probabilities)));
    return new ForecastFile(Collections.unmodifiableMap(entries));
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Step(int line, String time, double[] numbers, String model) {}

  /** A quantile may be infinite, where a transformation has a bound. */
  private static double number(CsvTable table, CsvRecord row, int field, String name) {
    return switch (row.getField(field).strip()) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> table.number(row, field, name);
    };
  }

  private static double[] probabilities(Path file, List<String> names) {
    double[] result = names.stream().mapToDouble(name -> probability(file, name)).toArray();
    if (Arrays.stream(result).distinct().count() < result.length) {
      throw new InputException(
          "%s:1: found columns %s, expected each quantile once."
              .formatted(file, CsvTable.names(names)));
    }
    return result;
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
        "%s:1: found column %s, expected a quantile like q0.1.".formatted(file, Excerpt.of(name)));
  }

  private static Entry entry(List<Step> steps, double[] probabilities) {
    double[][] quantiles = new double[probabilities.length][steps.size()];
    for (int i = 0; i < probabilities.length; i++) {
      int k = 1 + i;
      Arrays.setAll(quantiles[i], h -> steps.get(h).numbers[k]);
    }
    return new Entry(
        steps.getFirst().model,
        steps.stream().map(Step::time).toList(),
        steps.stream().mapToInt(Step::line).toArray(),
        steps.stream().mapToDouble(step -> step.numbers[0]).toArray(),
        probabilities,
        quantiles);
  }
}
