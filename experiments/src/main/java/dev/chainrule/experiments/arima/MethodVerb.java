package dev.chainrule.experiments.arima;

import dev.chainrule.arima.smoothing.Intervals;
import dev.chainrule.arima.smoothing.SeriesForecaster;
import dev.chainrule.arima.smoothing.SeriesForecaster.Result;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Digits;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.cluster.BlockCommand;
import dev.chainrule.experiments.cluster.SeriesCluster;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.plot.Fan;
import dev.chainrule.plot.FanChart;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that models every series of a file by one method, and writes forecasts. */
@Command
abstract class MethodVerb extends Verb implements BlockCommand {
  private static final CovariateNames NONE = InputSeries.columns(List.of());

  @Mixin private SeriesOptions input = new SeriesOptions();
  @Mixin private AheadOptions ahead = new AheadOptions();
  @Mixin private FanOptions fan = new FanOptions();
  @Mixin private SeriesCluster cluster = new SeriesCluster();

  /** The method that the options name; a wrong one is an IllegalArgumentException. */
  abstract SeriesMethod method();

  /** Whether intervals are to be the model's own. */
  final boolean normal() {
    return ahead.intervals == Intervals.NORMAL;
  }

  @Override
  protected Target target() {
    return cluster.given() ? new Target.Elsewhere(null) : Target.file(".csv");
  }

  @Override
  protected Object run() throws Exception {
    fromOptions(input::checked);
    fromOptions(ahead::checked);
    fromOptions(() -> cluster.checked(input, text("--out")));
    SeriesForecaster forecaster = fromOptions(this::forecaster);
    if (cluster.given()) {
      fromOptions(() -> fan.refused(cluster.options()));
      return cluster.forecast(
          this,
          Objects.requireNonNull(text("--data")),
          Objects.requireNonNull(text("--out")),
          false,
          words(),
          output(),
          this::stopRequested);
    }
    requireWritable("--plot", fan.plot, ".png", ".html");
    FanChart chart = fan.plot == null ? null : fromOptions(fan::chart);
    Outcomes outcomes = new Outcomes();
    TextOutput.write(
        common().out(),
        text -> {
          SeriesData data = input.readUsable(NONE, null);
          int season = input.season(data.frequency());
          outcomes.to(text);
          outcomes.batch.run(
              data.usable().stream().map(s -> InputSeries.of(s, List.of())).toList(),
              data.problems(),
              common().threads(),
              this::stopRequested,
              s ->
                  forecaster.of(
                      SeriesHistory.of(s.id(), s.values(), season), ahead.horizon, common().seed()),
              outcomes::add);
        });
    FanOptions.write(chart, outcomes.fans, outcomes.summaries, outcomes.series);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("series", outcomes.json);
    json.put("failed", outcomes.batch.failed());
    return json;
  }

  private SeriesForecaster forecaster() {
    return new SeriesForecaster(method(), ahead.intervals);
  }

  @Override
  public SeriesFile file(Path path) {
    return input.file(path, NONE, null);
  }

  @Override
  public SeriesData selected(SeriesData read) {
    return input.selected(read);
  }

  @Override
  public double[] probabilities() {
    return ForecastFile.probabilities(ahead.levels());
  }

  @Override
  public Work.Apart work() {
    SeriesForecaster forecaster = forecaster();
    return (block, first, frequency, sink, refusals) -> {
      int season = input.season(frequency);
      for (Series s : block) {
        Result result;
        try {
          result =
              forecaster.of(
                  SeriesHistory.of(s.id(), s.values(), season), ahead.horizon, common().seed());
        } catch (InputException e) {
          refusals.accept(s.id(), String.valueOf(e.getMessage()));
          continue;
        }
        sink.accept(s, result.forecast(), result.model().name());
      }
    };
  }

  private static String summary(InputSeries series, SeriesModel model) {
    String numbers = named(model.parameters(), 5);
    if (!model.criteria().isEmpty()) {
      numbers += "\n" + named(model.criteria(), 7);
    }
    String note = model.note() == null ? "" : "Note: " + model.note() + ".\n";
    return "Series: %s%n%s%n%s%n%s".formatted(Excerpt.of(series.id()), model.name(), numbers, note);
  }

  private static String named(Map<String, Double> numbers, int digits) {
    return numbers.entrySet().stream()
        .map(e -> e.getKey() + " = " + Digits.of(e.getValue(), digits))
        .collect(Collectors.joining("  "));
  }

  /** Where results go, one series after another. */
  private final class Outcomes {
    private final Batch batch = new Batch();
    private final List<Map<String, @Nullable Object>> json = new ArrayList<>();
    private final List<Fan> fans = new ArrayList<>();
    private final List<String> summaries = new ArrayList<>();
    private int series;
    private ForecastFile.@Nullable Writer forecasts;

    /** Into a file, where there is one. */
    void to(@Nullable Writer text) {
      if (text != null) {
        forecasts = new ForecastFile.Writer(text, ForecastFile.probabilities(ahead.levels()));
      }
    }

    void add(InputSeries s, Result result) throws IOException {
      series++;
      SeriesModel model = result.model();
      Forecast forecast = result.forecast();
      if (common().json()) {
        json.add(object(s, model, forecast));
      }
      if (fan.wants(fans)) {
        fans.add(Fan.of(s.series(), forecast, ahead.levels(), model.name()));
        summaries.add(summary(s, model));
      }
      if (forecasts != null) {
        if (model.note() != null) {
          System.err.println("series " + Excerpt.of(s.id()) + ": " + model.note() + ".");
        }
        forecasts.add(s.series(), forecast, model.name());
        return;
      }
      int n = s.values().length;
      output().println(summary(s, model));
      output()
          .println(ForecastTable.of(forecast, ahead.levels(), h -> s.series().label(n + (long) h)));
    }

    private Map<String, @Nullable Object> object(
        InputSeries s, SeriesModel model, Forecast forecast) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      object.put("unique_id", s.id());
      object.put("model", model.name());
      object.put("parameters", Results.finite(model.parameters()));
      object.putAll(Results.finite(model.criteria()));
      object.put("note", model.note());
      object.put("forecast", Results.forecast(s, forecast, ahead.levels()));
      return object;
    }
  }
}
