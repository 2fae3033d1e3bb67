package dev.chainrule.experiments.report;

import dev.chainrule.experiments.experiment.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What each run of an experiment leaves for other programs when it ends. */
public final class RunExport {
  private RunExport() {}

  /**
   * Writes {@code metrics.csv}, and for TensorBoard the figures and the samples, beside the curves
   * that training wrote there.
   *
   * @param ended a run with its result
   */
  public static void write(RunFolder ended) throws IOException {
    ReportedRun run = RunReader.of(ended);
    if (!run.metrics().isEmpty()) {
      RunTables.metrics(ended.path().resolve("metrics.csv"), List.of(run));
    }
    Path checkpoint = run.checkpoint();
    RunEvents.writeEnds(
        checkpoint == null ? ended.path() : checkpoint, run, SampleFiles.plain(run));
  }
}
