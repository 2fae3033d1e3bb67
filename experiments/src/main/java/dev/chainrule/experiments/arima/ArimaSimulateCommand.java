package dev.chainrule.experiments.arima;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.Regressors;
import dev.chainrule.arima.Simulation;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule arima simulate}. */
@Command(
    name = "simulate",
    description = "Draw paths that follow every series, or new series of its model.")
final class ArimaSimulateCommand extends Verb {
  @Mixin private ArimaInput input = new ArimaInput();

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "How many paths.")
  int paths = 1;

  @Option(names = "--horizon", paramLabel = "H", description = "Length of the paths.")
  int horizon = 24;

  @Option(names = "--free", description = "New series that do not follow the data.")
  boolean free;

  @Option(names = "--bootstrap", description = "Draw the residuals, not normal innovations.")
  boolean bootstrap;

  private ArimaInput checked() {
    if (paths < 1 || horizon < 1) {
      throw new IllegalArgumentException(
          "--samples, --horizon: found " + paths + " and " + horizon + ", expected both from 1.");
    }
    return input.checked();
  }

  @Override
  protected Target target() {
    return Target.file(".csv");
  }

  @Override
  protected Object run() throws Exception {
    ArimaInput checked = fromOptions(this::checked);
    List<Map<String, Object>> series = new ArrayList<>();
    Batch batch = new Batch();
    TextOutput.write(
        common().out(),
        text -> {
          ArimaInput.Work work = checked.read(horizon);
          Writer to =
              text == null ? new OutputStreamWriter(output(), StandardCharsets.UTF_8) : text;
          CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(to);
          csv.writeRecord("unique_id", "path", "ds", "y");
          batch.run(
              work,
              common().threads(),
              this::stopRequested,
              s -> draw(s, work.fit().of(s).fit()),
              (s, drawn) -> {
                write(s, drawn, csv);
                if (common().json()) {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("unique_id", s.id());
                  entry.put("paths", List.of(drawn));
                  series.add(entry);
                }
              });
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("series", series);
    json.put("failed", batch.failed());
    return json;
  }

  private void write(InputSeries s, double[][] drawn, CsvWriter csv) throws IOException {
    for (int i = 0; i < paths; i++) {
      for (int h = 0; h < horizon; h++) {
        String ds = free ? "" + (h + 1) : s.series().label(s.values().length + (long) h);
        csv.writeRecord(s.id(), "" + (i + 1), ds, Double.toString(drawn[i][h]));
      }
    }
    csv.flush();
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
