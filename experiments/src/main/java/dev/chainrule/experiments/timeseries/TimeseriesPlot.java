package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.timeseries.data.CovariateNames;
import dev.chainrule.timeseries.data.ForecastCsv;
import dev.chainrule.timeseries.data.Series;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries plot}. */
@Command(
    name = "plot",
    description = "Draw fan charts of forecasts: PNG, or a page where --out ends in .html.")
final class TimeseriesPlot extends Verb {
  private static final int PANELS = 12;

  @Mixin SeriesOptions input;

  @Option(
      names = "--forecast",
      required = true,
      paramLabel = "FILE",
      description = "What timeseries forecast wrote.")
  Path forecast;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Values that follow --data, drawn beside the forecasts.")
  @Nullable Path test;

  @Option(
      names = "--series",
      split = ",",
      paramLabel = "ID",
      description = "Series to draw (default: the first " + PANELS + ").")
  @Nullable List<String> ids;

  @Option(
      names = "--past",
      paramLabel = "N",
      description = "Values to show before a forecast (default: four times its steps).")
  @Nullable Integer past;

  /** The result, as {@code --json} prints it. */
  record Result(int series, String file) {}

  @Override
  protected Target target() {
    return Target.file(Path.of("forecast.png"), ".png", ".html");
  }

  @Override
  protected Object run() throws Exception {
    if (past != null && past < 1) {
      throw badOption("--past", past, "a whole number from 1");
    }
    fromOptions(input::frequency);
    ForecastCsv forecasts = ForecastCsv.read(forecast);
    List<Series> series = input.read();
    if (test != null) {
      series = joined(series, input.following(test, CovariateNames.NONE, series));
    }
    List<Fan> fans = new ArrayList<>();
    for (Series s : series) {
      boolean chosen = ids == null ? fans.size() < PANELS : ids.contains(s.id());
      ForecastCsv.Entry entry = forecasts.entries().get(s.id());
      if (chosen && entry != null) {
        if (s.frequency().stepsBetween(s.start(), entry.times().getFirst()) < 0) {
          throw new InputException(
              "%s: the forecast of series %s begins %s, expected a time on the grid of %s"
                  .formatted(forecast, s.id(), entry.times().getFirst(), input.data));
        }
        fans.add(Fan.of(s, entry, past == null ? 4 * entry.times().size() : past));
      }
    }
    if (fans.isEmpty()) {
      throw new InputException(
          "%s: has no forecast of a series that is chosen of %s".formatted(forecast, input.data));
    }
    Path out = Objects.requireNonNull(out());
    Path folder = out.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (out.toString().endsWith(".html")) {
      FanPage.write(out, fans);
    } else {
      FanPicture.write(out, fans);
    }
    output().printf("%d series: %s%n", fans.size(), out);
    return new Result(fans.size(), out.toString());
  }

  /** Each series with the values that follow it. */
  private static List<Series> joined(List<Series> series, List<Series> following) {
    List<Series> result = new ArrayList<>();
    for (Series s : series) {
      Series joined = s;
      for (Series next : following) {
        if (next.id().equals(s.id())) {
          double[] values = new double[s.length() + next.length()];
          System.arraycopy(s.values(), 0, values, 0, s.length());
          System.arraycopy(next.values(), 0, values, s.length(), next.length());
          joined = s.withValues(values);
        }
      }
      result.add(joined);
    }
    return result;
  }
}
