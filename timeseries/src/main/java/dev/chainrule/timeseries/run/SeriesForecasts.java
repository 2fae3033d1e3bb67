package dev.chainrule.timeseries.run;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesTables;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import tech.tablesaw.api.Table;

/**
 * Series and what is expected of them.
 *
 * @param series the past
 * @param forecasts one a series, in their order
 */
public record SeriesForecasts(List<Series> series, List<Forecast> forecasts) {
  public SeriesForecasts {
    series = List.copyOf(series);
    forecasts = List.copyOf(forecasts);
  }

  private static void require(double... probabilities) {
    for (double p : probabilities) {
      if (!(p > 0 && p < 1)) {
        throw new IllegalArgumentException(
            "quantiles %s, expected probabilities above 0 and below 1".formatted(p));
      }
    }
  }

  /** Columns {@code unique_id}, {@code ds}, {@code mean} and one a quantile, such as q0.9. */
  public Table table(double... probabilities) {
    require(probabilities);
    return SeriesTables.forecasts(series, forecasts, probabilities);
  }

  /** Writes the same as CSV, which {@code chainrule timeseries plot} draws. */
  public void write(Path file, double... probabilities) throws IOException {
    require(probabilities);
    StringWriter text = new StringWriter();
    ForecastFile.Writer rows = new ForecastFile.Writer(text, probabilities);
    for (int i = 0; i < series.size(); i++) {
      rows.add(series.get(i), forecasts.get(i), "DeepAR");
    }
    AtomicFile.writeString(file, text.toString());
  }
}
