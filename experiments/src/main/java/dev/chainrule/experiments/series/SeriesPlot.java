package dev.chainrule.experiments.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.plot.Fan;
import dev.chainrule.plot.FanChart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries plot} and {@code chainrule arima plot}. */
@Command(
    name = "plot",
    description = "Draw fan charts of forecasts: PNG, or a page where --out ends in .html.")
public final class SeriesPlot extends Verb {
  @Mixin SeriesOptions input;

  @Option(
      names = "--forecast",
      required = true,
      paramLabel = "FILE",
      description = "What arima or timeseries wrote as forecasts.")
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
      description = "Series to draw (default: the first " + Fan.MOST + ").")
  @Nullable List<String> ids;

  @Option(
      names = "--past",
      paramLabel = "N",
      description =
          "Values to show before a forecast (default: four times its steps, at least 60).")
  @Nullable Integer past;

  @Option(names = "--unit", paramLabel = "TEXT", description = "Unit of the values, on their axis.")
  String unit = "y";

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
    fromOptions(input::checked);
    Path out = Objects.requireNonNull(out());
    FanChart chart = fromOptions(() -> FanChart.of("--out", out, unit));
    Map<String, ForecastFile.Entry> forecasts = ForecastFile.read(forecast).entries();
    if (ids != null) {
      for (String id : ids) {
        if (!forecasts.containsKey(id)) {
          throw new InputException(
              "--series: found %s, expected series of %s: %s."
                  .formatted(id, forecast, shown(forecasts.keySet())));
        }
      }
    }
    List<Series> series = input.read(CovariateNames.NONE);
    if (test != null) {
      series = joined(series, input.following(test, CovariateNames.NONE, series));
    }
    List<Fan> fans = new ArrayList<>();
    int left = 0;
    for (Series s : series) {
      ForecastFile.Entry entry = forecasts.get(s.id());
      if (entry == null || (ids != null && !ids.contains(s.id()))) {
        continue;
      }
      if (ids == null && fans.size() == Fan.MOST) {
        left++;
        continue;
      }
      fans.add(Fan.of(s, entry, entry.origin(s, forecast), past));
    }
    if (fans.isEmpty()) {
      throw new InputException(
          "%s: has forecasts of %s, expected a series of %s: %s."
              .formatted(
                  forecast,
                  shown(forecasts.keySet()),
                  input.data(),
                  shown(series.stream().map(Series::id).toList())));
    }
    chart.write(fans, "");
    output()
        .printf(
            "%d series: %s%s%n",
            fans.size(),
            out,
            left == 0 ? "" : " (%d more are not drawn; --series chooses)".formatted(left));
    return new Result(fans.size(), out.toString());
  }

  private static String shown(java.util.Collection<String> names) {
    String listed = String.join(", ", names.stream().limit(Fan.MOST).map(Excerpt::of).toList());
    return names.size() > Fan.MOST
        ? listed + " and %d more".formatted(names.size() - Fan.MOST)
        : listed;
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
