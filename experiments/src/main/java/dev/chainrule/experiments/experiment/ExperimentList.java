package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code chainrule experiment list}. */
@Command(name = "list", description = "The experiments in a folder, and how far each is.")
final class ExperimentList extends Verb {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = "runs",
      description = "The folder that experiments were run into.")
  Path folder;

  /** An experiment, as {@code --json} prints it; mean over seeds of the best setting. */
  record Line(
      String experiment,
      String folder,
      int runs,
      long done,
      long failed,
      long cut,
      String metric,
      @Nullable String best,
      @Nullable Double mean,
      @Nullable Boolean met) {}

  /**
   * All of them.
   *
   * @param unreadable why others cannot be told
   */
  record Result(List<Line> experiments, List<String> unreadable) {}

  @Override
  protected Object run() throws Exception {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder + ": no such folder, expected one with experiments");
    }
    List<Line> lines = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    try (Stream<Path> below = Files.list(folder)) {
      for (Path each : below.sorted().toList()) {
        if (Experiment.isIn(each)) {
          try {
            lines.add(line(each));
          } catch (InputException e) {
            unreadable.add(each + ": " + e.getMessage());
          }
        }
      }
    }
    for (Line line : lines) {
      output()
          .printf(
              Locale.ROOT,
              "%s: %d runs, %d done, %d failed, %d cut%s%s%n",
              line.folder(),
              line.runs(),
              line.done(),
              line.failed(),
              line.cut(),
              line.mean() == null
                  ? ""
                  : String.format(
                      Locale.ROOT, "; %s %.5f of %s", line.metric(), line.mean(), line.best()),
              line.met() == null ? "" : line.met() ? ", as expected" : ", not as expected");
    }
    unreadable.forEach(output()::println);
    if (lines.isEmpty() && unreadable.isEmpty()) {
      output().println(folder + ": no experiments");
    }
    return new Result(lines, unreadable);
  }

  private static Line line(Path folder) throws IOException {
    Experiment experiment = Experiment.open(folder);
    Outcome outcome = experiment.outcome();
    List<Comparison.Setting> settings = outcome.comparison().settings();
    Comparison.Setting best = settings.isEmpty() ? null : settings.getFirst();
    Outcome.Expected expected = outcome.expected();
    boolean whole = outcome.runs().stream().allMatch(run -> run.result() != null);
    return new Line(
        experiment.name(),
        folder.toString(),
        outcome.runs().size(),
        outcome.count(RunResult.State.DONE),
        outcome.count(RunResult.State.FAILED),
        outcome.count(RunResult.State.CUT),
        outcome.comparison().metric(),
        best == null ? null : best.name(),
        best == null ? null : best.mean(),
        (expected == null || !whole) ? null : Boolean.valueOf(expected.met()));
  }
}
