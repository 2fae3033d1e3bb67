package dev.chainrule.experiments.arima;

import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.cluster.BlockCommand;
import dev.chainrule.experiments.cluster.ClusterOptions;
import dev.chainrule.experiments.cluster.SeriesCluster;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that fits every series of a file and writes what it found. */
@Command
abstract class ArimaVerb extends Verb implements BlockCommand {
  @Mixin private ArimaInput input = new ArimaInput();
  @Mixin private HorizonOptions ahead = new HorizonOptions();
  @Mixin private FanOptions fan = new FanOptions();
  @Mixin private SeriesCluster cluster = new SeriesCluster();

  /** Whether an order must be given, may be given, or is always chosen. */
  enum OrderUse {
    REQUIRED,
    OPTIONAL,
    CHOSEN
  }

  private record Outcome(AutoResult result, @Nullable Forecast forecast) {}

  abstract OrderUse orderUse();

  abstract boolean needsHorizon();

  private ArimaInput checked() {
    ModelOptions model = input.model();
    if (orderUse() == OrderUse.REQUIRED && model.order == null) {
      throw new IllegalArgumentException(
          "--order: not given, expected p,d,q such as 2,1,1; arima auto chooses one.");
    }
    if (orderUse() == OrderUse.CHOSEN && model.order != null) {
      throw new IllegalArgumentException(
          "--order: found " + model.order + ", but auto chooses it; arima fit takes one.");
    }
    if (fan.plot != null && ahead.horizon < 1) {
      throw new IllegalArgumentException(
          "--plot: given without --horizon, expected one; arima diagnose draws residuals.");
    }
    if (needsHorizon() && ahead.horizon < 1) {
      throw new IllegalArgumentException(
          "--horizon: found " + ahead.horizon + ", expected a whole number from 1.");
    }
    return input.checked();
  }

  @Override
  protected Target target() {
    return cluster.given() ? new Target.Elsewhere(null) : Target.file(".csv");
  }

  @Override
  protected Object run() throws Exception {
    ArimaInput checked = fromOptions(this::checked);
    fromOptions(ahead::checked);
    fromOptions(() -> cluster.checked(input.series(), text("--out")));
    if (cluster.given()) {
      fromOptions(this::checkedForCluster);
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
          ArimaInput.Work work = checked.read(ahead.horizon);
          outcomes.to(text);
          outcomes.batch.run(
              work,
              common().threads(),
              this::stopRequested,
              s -> outcome(s, work.fit()),
              outcomes::add);
        });
    FanOptions.write(chart, outcomes.fans, outcomes.summaries, outcomes.series);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("series", outcomes.json);
    json.put("failed", outcomes.batch.failed());
    return json;
  }

  private ClusterOptions checkedForCluster() {
    ClusterOptions options = fan.refused(cluster.options());
    options.refuse("--future", input.hasFuture(), "rows without y at the end of the series");
    if (ahead.horizon < 1) {
      throw new IllegalArgumentException(
          "--horizon: not given, expected it with --spark, which writes forecasts.");
    }
    return options;
  }

  @Override
  public SeriesFile file(Path path) {
    return input.file(path);
  }

  @Override
  public SeriesData selected(SeriesData read) {
    return input.series().selected(read);
  }

  @Override
  public double[] probabilities() {
    return ForecastFile.probabilities(ahead.levels());
  }

  @Override
  public Work.Apart work() {
    return (block, first, frequency, sink, refusals) -> {
      ArimaInput.Fit fit = input.fit(frequency);
      for (Series s : block) {
        InputSeries series = input.prepared(s);
        Outcome outcome;
        try {
          outcome = outcome(series, fit);
        } catch (InputException e) {
          refusals.accept(s.id(), String.valueOf(e.getMessage()));
          continue;
        }
        Forecast forecast = Objects.requireNonNull(outcome.forecast);
        sink.accept(series.series(), forecast, Results.model(outcome.result.fit()));
      }
    };
  }

  private Outcome outcome(InputSeries series, ArimaInput.Fit fit) {
    AutoResult result = fit.of(series);
    if (ahead.horizon == 0) {
      result.fit().covariance();
      return new Outcome(result, null);
    }
    return new Outcome(result, ahead.of(result.fit(), series, common().seed()));
  }

  /** Where results go, one series after another. */
  private final class Outcomes {
    private final Batch batch = new Batch();
    private final List<Map<String, @Nullable Object>> json = new ArrayList<>();
    private final List<Fan> fans = new ArrayList<>();
    private final List<String> summaries = new ArrayList<>();
    private int series;
    private @Nullable FitFile fits;
    private ForecastFile.@Nullable Writer forecasts;

    /** Into a file, where there is one. */
    void to(@Nullable Writer text) {
      if (text != null && ahead.horizon == 0) {
        fits = new FitFile(text);
      } else if (text != null) {
        forecasts = new ForecastFile.Writer(text, ForecastFile.probabilities(ahead.levels()));
      }
    }

    void add(InputSeries s, Outcome outcome) throws IOException {
      series++;
      Forecast forecast = outcome.forecast;
      String model = Results.model(outcome.result.fit());
      if (common().json()) {
        json.add(Results.json(s, outcome.result, forecast, ahead.levels()));
      }
      if (forecast != null && fan.wants(fans)) {
        fans.add(Fan.of(s.series(), forecast, ahead.levels(), model));
        summaries.add(Results.summary(s, outcome.result));
      }
      if (fits == null && forecasts == null) {
        print(s, outcome);
        return;
      }
      if (outcome.result.fallback() != null) {
        System.err.println("series " + s.id() + ": " + outcome.result.fallback() + ".");
      }
      if (fits != null) {
        fits.add(s.id(), outcome.result);
      } else if (forecasts != null && forecast != null) {
        forecasts.add(s.series(), forecast, model);
      }
    }

    private void print(InputSeries s, Outcome outcome) {
      output().println(Results.summary(s, outcome.result));
      Forecast forecast = outcome.forecast;
      if (forecast != null) {
        int n = s.values().length;
        output()
            .println(
                ForecastTable.of(forecast, ahead.levels(), h -> s.series().label(n + (long) h)));
      }
    }
  }
}
