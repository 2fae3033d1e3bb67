package dev.chainrule.experiments.arima;

import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that fits every series of a file and writes what it found. */
@Command
abstract class ArimaVerb extends Verb {
  @Mixin private SeriesOptions input = new SeriesOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private HorizonOptions ahead = new HorizonOptions();

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw the forecast fan, as .png or .html; with several series -ID is added.")
  @Nullable Path plot;

  /** Whether an order must be given, may be given, or is always chosen. */
  enum OrderUse {
    REQUIRED,
    OPTIONAL,
    CHOSEN
  }

  private record Outcome(AutoResult result, @Nullable Forecast forecast) {}

  abstract OrderUse orderUse();

  abstract boolean needsHorizon();

  private ModelOptions.Fitter fitter() {
    if (orderUse() == OrderUse.REQUIRED && model.order == null) {
      throw new IllegalArgumentException(
          "--order: not given, expected p,d,q such as 2,1,1; arima auto chooses one.");
    }
    if (orderUse() == OrderUse.CHOSEN && model.order != null) {
      throw new IllegalArgumentException(
          "--order: found " + model.order + ", but auto chooses it; arima fit takes one.");
    }
    if (plot != null && ahead.horizon < 1) {
      throw new IllegalArgumentException(
          "--plot: given without --horizon, expected one; arima diagnose draws residuals.");
    }
    if (needsHorizon() && ahead.horizon < 1) {
      throw new IllegalArgumentException(
          "--horizon: found " + ahead.horizon + ", expected a whole number from 1.");
    }
    return model.fitter(input.season);
  }

  @Override
  protected Target target() {
    return Target.file(".csv");
  }

  @Override
  protected Object run() throws Exception {
    FitOptions options = fromOptions(input::fitOptions);
    ModelOptions.Fitter fitter = fromOptions(this::fitter);
    HorizonOptions horizon = fromOptions(ahead::checked);
    requireWritable("--plot", plot, ".png", ".html");
    Path picture = plot;
    PlotFile file = picture == null ? null : fromOptions(() -> new PlotFile(picture));
    List<Map<String, @Nullable Object>> series = new ArrayList<>();
    Batch batch = new Batch();
    Path out = common().out();
    boolean keep = common().json();
    int[] count = {0};
    try (SeriesReader reader = new SeriesReader(input.data, input.xreg, input.where);
        @Nullable CsvFile csv = out == null ? null : new CsvFile(out)) {
      if (!reader.hasNext()) {
        throw new InputException(input.data + ": there is no series in it, expected rows.");
      }
      if (csv != null) {
        csv.row(horizon.horizon > 0 ? CsvRows.forecastHeader(horizon.levels) : CsvRows.FITS);
      }
      batch.run(
          reader,
          common().threads(),
          this::stopRequested,
          s -> outcome(s, fitter, options, horizon),
          (s, o) -> {
            write(s, o, csv, horizon);
            if (keep) {
              series.add(Results.json(s, o.result, o.forecast, horizon.levels));
            }
            if (file != null && o.forecast != null) {
              String model = o.result.fit().spec().toString();
              file.of(s.id(), count[0] > 0 || reader.hasNext())
                  .write(
                      FanChart.forecast(s, o.forecast, horizon.levels, model),
                      Results.summary(s, o.result));
            }
            count[0]++;
          });
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("series", series);
    json.put("failed", batch.failed());
    return json;
  }

  private Outcome outcome(
      InputSeries series, ModelOptions.Fitter fitter, FitOptions options, HorizonOptions horizon) {
    AutoResult result = fitter.fit(series, input.forSeries(options, series.values()));
    if (horizon.horizon == 0) {
      result.fit().covariance();
      return new Outcome(result, null);
    }
    return new Outcome(result, horizon.of(result.fit(), series, common().seed()));
  }

  private void write(
      InputSeries series, Outcome outcome, @Nullable CsvFile csv, HorizonOptions horizon) {
    Forecast forecast = outcome.forecast;
    if (csv == null) {
      output().println(Results.summary(series, outcome.result));
      if (forecast != null) {
        output().println(CsvRows.forecastHeader(horizon.levels));
        CsvRows.forecast(series, forecast, horizon.levels, output()::println);
        output().println();
      }
      return;
    }
    if (outcome.result.fallback() != null) {
      System.err.println("series " + series.id() + ": " + outcome.result.fallback() + ".");
    }
    if (forecast == null) {
      csv.row(CsvRows.fit(series, outcome.result));
    } else {
      CsvRows.forecast(series, forecast, horizon.levels, csv::row);
    }
    csv.flush();
  }
}
