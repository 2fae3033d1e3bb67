package dev.chainrule.experiments.forecast;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.base.series.Series;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Forecasts of a comparison as CSV, a row a step: {@code unique_id}, {@code cutoff} (the time of
 * the last value that the model saw), {@code ds}, {@code model}, {@code y} (what came, empty where
 * it is missing), {@code mean} and one column for each quantile.
 */
public final class CrossValidationRows {
  private final CsvWriter rows;
  private final double[] probabilities;

  /** Writes the header. */
  public CrossValidationRows(Writer text, double[] probabilities) {
    this.rows = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    this.probabilities = probabilities.clone();
    List<String> row = new ArrayList<>(List.of("unique_id", "cutoff", "ds", "model", "y", "mean"));
    for (double p : probabilities) {
      row.add("q" + p);
    }
    rows.writeRecord(row);
  }

  /** Adds a forecast. */
  public void add(Forecasting.Window window) throws IOException {
    Series series = window.series();
    for (int h = 0; h < window.steps(); h++) {
      int at = window.origin() + h;
      double y = series.values()[at];
      List<String> row = new ArrayList<>();
      row.add(series.id());
      row.add(series.label(window.origin() - 1L));
      row.add(series.label(at));
      row.add(window.model());
      row.add(Double.isNaN(y) ? "" : Double.toString(y));
      row.add(Double.toString(window.forecast().mean(h)));
      for (double p : probabilities) {
        row.add(Double.toString(window.forecast().quantile(h, p)));
      }
      rows.writeRecord(row);
    }
    rows.flush();
  }
}
