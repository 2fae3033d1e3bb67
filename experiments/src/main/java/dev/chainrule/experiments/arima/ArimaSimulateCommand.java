package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.Regressors;
import dev.chainrule.arima.Simulation;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule arima simulate}. */
@Command(
    name = "simulate",
    description = "Draw paths that follow every series, or new series of its model.")
final class ArimaSimulateCommand extends Verb {
  @Mixin private SeriesOptions input = new SeriesOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(names = "--paths", paramLabel = "N", description = "How many paths.")
  int paths = 1;

  @Option(names = "--horizon", paramLabel = "H", description = "Length of the paths.")
  int horizon = 24;

  @Option(names = "--free", description = "New series that do not follow the data.")
  boolean free;

  @Option(names = "--bootstrap", description = "Draw the residuals, not normal innovations.")
  boolean bootstrap;

  private ModelOptions.Fitter fitter() {
    if (paths < 1 || horizon < 1) {
      throw new IllegalArgumentException(
          "--paths, --horizon: found " + paths + " and " + horizon + ", expected both from 1.");
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
    List<Map<String, Object>> series = new ArrayList<>();
    Batch batch = new Batch();
    Path out = common().out();
    try (SeriesReader reader = new SeriesReader(input.data, input.xreg, input.where);
        @Nullable CsvFile csv = out == null ? null : new CsvFile(out)) {
      Consumer<String> sink = csv == null ? output()::println : csv::row;
      sink.accept("unique_id,path,ds,y");
      batch.run(
          reader,
          common().threads(),
          this::stopRequested,
          s -> draw(s, fitter.fit(s, input.forSeries(options, s.values())).fit()),
          (s, drawn) -> {
            for (int i = 0; i < paths; i++) {
              for (int h = 0; h < horizon; h++) {
                int ds = (free ? 0 : s.values().length) + h + 1;
                sink.accept(CsvRows.quoted(s.id()) + "," + (i + 1) + "," + ds + "," + drawn[i][h]);
              }
            }
            if (csv != null) {
              csv.flush();
            }
            if (common().json()) {
              Map<String, Object> entry = new LinkedHashMap<>();
              entry.put("unique_id", s.id());
              entry.put("paths", List.of(drawn));
              series.add(entry);
            }
          });
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("series", series);
    json.put("failed", batch.failed());
    return json;
  }

  private double[][] draw(InputSeries series, ArimaFit fit) {
    CounterRandom rng = CounterRandom.of(common().seed(), series.id().hashCode());
    Simulation.Innovations innovations =
        bootstrap ? Simulation.Innovations.BOOTSTRAP : Simulation.Innovations.NORMAL;
    if (!free) {
      Regressors future = fit.regressors().count() > 0 ? series.future(horizon) : Regressors.NONE;
      return Simulation.future(fit, horizon, future, paths, innovations, rng).paths();
    }
    double[][] result = new double[paths][];
    for (int i = 0; i < paths; i++) {
      result[i] = Simulation.free(fit, horizon, innovations, rng);
    }
    return result;
  }
}
