package dev.chainrule.experiments.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.core.train.MetricsLog;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs as tables that other programs read. */
final class RunTables {
  private RunTables() {}

  /** A row for each line of each run's log. */
  static void metrics(Path file, List<ReportedRun> runs) throws IOException {
    StringWriter text = new StringWriter();
    CsvWriter rows = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    rows.writeRecord(
        "run",
        "step",
        "seconds",
        "train_nll",
        "validation_nll",
        "validation_bits_per_dim",
        "gradient_norm",
        "learning_rate");
    for (ReportedRun run : runs) {
      for (MetricsLog.Line line : run.metrics()) {
        rows.writeRecord(
            run.name(),
            Long.toString(line.step()),
            Double.toString(line.seconds()),
            cell(line.trainNll()),
            cell(line.validationNll()),
            cell(line.validationBitsPerDim()),
            cell(line.gradientNorm()),
            cell(line.learningRate()));
      }
    }
    rows.flush();
    AtomicFile.writeString(file, text.toString());
  }

  private static String cell(@Nullable Double value) {
    return Objects.toString(value, "");
  }

  /** A row a run: its settings, and the figures that it ended with. */
  static void runs(Path file, List<ReportedRun> runs) throws IOException {
    Set<String> settings = new LinkedHashSet<>();
    Set<String> figures = new LinkedHashSet<>();
    runs.forEach(run -> settings.addAll(run.settings().keySet()));
    runs.forEach(run -> figures.addAll(run.figures().keySet()));
    StringWriter text = new StringWriter();
    CsvWriter rows = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    List<String> header = new ArrayList<>(List.of("run", "kind", "seed", "state"));
    header.addAll(figures);
    header.addAll(settings);
    rows.writeRecord(header);
    for (ReportedRun run : runs) {
      List<String> row =
          new ArrayList<>(List.of(run.name(), run.kind(), Long.toString(run.seed()), run.state()));
      figures.forEach(key -> row.add(cell(run.figures().get(key))));
      settings.forEach(key -> row.add(run.settings().getOrDefault(key, "")));
      rows.writeRecord(row);
    }
    rows.flush();
    AtomicFile.writeString(file, text.toString());
  }
}
