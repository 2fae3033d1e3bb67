package dev.chainrule.experiments.report;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule experiment report}. */
@Command(
    name = "report",
    description =
        "Show runs as one page that needs no other file: of experiments, or what train commands"
            + " left.")
public final class ReportCommand extends Verb {
  @Parameters(
      arity = "1..*",
      paramLabel = "FOLDER",
      description = "An experiment, a run, what a train command wrote, or a folder of such.")
  List<Path> folders = List.of();

  @Option(
      names = "--figures",
      paramLabel = "DIR",
      description =
          "Also write each figure there, charts as SVG and images as PNG, and the runs as CSV.")
  @Nullable Path figures;

  @Option(
      names = "--events",
      paramLabel = "DIR",
      description = "Also write the runs there, samples included, for TensorBoard.")
  @Nullable Path events;

  @Option(
      names = "--no-samples",
      description = "Draw nothing from models that left no samples (default: a few).")
  boolean noSamples;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "Series that forecasts are of (default: what the run was trained on).")
  @Nullable Path data;

  /** The result, as {@code --json} prints it. */
  record Result(String file, long bytes, int runs, List<String> figures, List<String> events) {}

  @Override
  protected Target target() {
    Path usual =
        folders.size() == 1 ? folders.getFirst().resolve("report.html") : Path.of("report.html");
    return Target.file(usual, ".html");
  }

  @Override
  protected Object run() throws Exception {
    for (Path folder : new Path[] {figures, events}) {
      if (folder != null) {
        AtomicFile.requireWritableFolder(folder);
      }
    }
    if (data != null && !Files.isRegularFile(data)) {
      throw badOption("--data", data, "a file of series");
    }
    List<ReportedRun> runs = new ArrayList<>();
    for (Path folder : folders) {
      runs.addAll(RunReader.read(folder));
    }
    DrawnSamples drawing = noSamples ? null : new DrawnSamples(common().compute(), common().seed());
    String conclusion = folders.size() == 1 ? Conclusion.of(folders.getFirst()) : "";
    String name = folders.size() == 1 && runs.size() > 1 ? name(folders.getFirst()) : "";
    Report report = new Report(name, distinct(runs), conclusion, new Report.Samples(drawing, data));
    Path out = Objects.requireNonNull(out());
    AtomicFile.writeString(out, report.page().html(made("chainrule experiment report")));
    long bytes = Files.size(out);
    List<String> written = figures == null ? List.of() : names(FigureFiles.write(figures, report));
    List<String> shown = events == null ? List.of() : events(events, report);
    output()
        .printf(
            "%d %s: %s, %s%n",
            runs.size(), runs.size() == 1 ? "run" : "runs", out, ReportPage.size(bytes));
    if (!written.isEmpty()) {
      output().printf("%d files of figures and tables: %s%n", written.size(), figures);
    }
    if (!shown.isEmpty()) {
      output().printf("events: tensorboard --logdir %s%n", events);
    }
    return new Result(out.toString(), bytes, runs.size(), written, shown);
  }

  private static String name(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(Path::toString).toList();
  }

  private static List<String> events(Path folder, Report report) throws IOException {
    List<String> files = new ArrayList<>();
    for (ReportedRun run : report.runs()) {
      List<Exhibit> exhibits = new ArrayList<>();
      report
          .exhibits()
          .getOrDefault(
              "Samples of " + run.name(), report.exhibits().getOrDefault("Samples", List.of()))
          .forEach(exhibits::add);
      files.add(RunEvents.write(folder.resolve(run.name()), run, exhibits).toString());
    }
    return files;
  }

  /** When and how the page was made. */
  static String made(String program) {
    return "Made by %s on %s."
        .formatted(program, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Runs of different folders may have one name. */
  private static List<ReportedRun> distinct(List<ReportedRun> runs) {
    Map<String, Integer> seen = new LinkedHashMap<>();
    List<ReportedRun> distinct = new ArrayList<>();
    for (ReportedRun run : runs) {
      int times = seen.merge(run.name(), 1, Integer::sum);
      distinct.add(times == 1 ? run : run.named(run.name() + " (" + times + ")", run.varied()));
    }
    return distinct;
  }
}
