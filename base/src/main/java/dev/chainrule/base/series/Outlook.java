package dev.chainrule.base.series;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;
import dev.chainrule.base.io.AtomicFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.Table;

/**
 * Series and what is expected of them.
 *
 * @param entries one a series that could be forecast, in their order
 * @param problems why the others could not, one sentence each, by id
 * @param comparison how models did on the series' own past, a table
 */
public record Outlook(List<Entry> entries, Map<String, String> problems, String comparison) {
  private static final int SHOWN = 3;
  private static final double[] USUAL = ForecastFile.probabilities(List.of(80.0, 95.0));

  /**
   * A series and its forecast.
   *
   * @param model what made it
   * @param errors of one step, of values less what was expected of them [n]; NaN where there is
   *     none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Entry(Series series, Forecast forecast, String model, double[] errors) {
    /** The forecast as a table for people, with intervals of 80 and 95 %. */
    @Override
    public String toString() {
      int n = series.length();
      return series.id()
          + ": "
          + model
          + "\n"
          + ForecastTable.of(forecast, List.of(80.0, 95.0), h -> series.label(n + (long) h));
    }
  }

  /** Copies lists and map. */
  public Outlook {
    entries = List.copyOf(entries);
    problems = Collections.unmodifiableMap(new LinkedHashMap<>(problems));
  }

  /**
   * Columns {@code unique_id}, {@code ds}, {@code mean}, the median and the ends of intervals of 80
   * and 95 %, {@code q0.025} to {@code q0.975}.
   */
  public Table table() {
    return SeriesTables.forecasts(
        entries.stream().map(Entry::series).toList(),
        entries.stream().map(Entry::forecast).toList(),
        USUAL);
  }

  /** Writes the same as a forecast file, with the models' names. */
  public void write(Path file) throws IOException {
    StringWriter text = new StringWriter();
    ForecastFile.Writer rows = new ForecastFile.Writer(text, USUAL);
    for (Entry entry : entries) {
      rows.add(entry.series, entry.forecast, entry.model);
    }
    AtomicFile.writeString(file, text.toString());
  }

  /** The comparison and the first forecasts. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(comparison);
    for (Entry entry : entries.subList(0, Math.min(SHOWN, entries.size()))) {
      text.append('\n').append(entry);
    }
    if (entries.size() > SHOWN) {
      text.append("\n... and ").append(entries.size() - SHOWN).append(" series more\n");
    }
    problems.forEach((id, why) -> text.append("series ").append(id).append(": ").append(why));
    return text.toString();
  }
}
