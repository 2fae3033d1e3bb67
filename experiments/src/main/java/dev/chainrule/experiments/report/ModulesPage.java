package dev.chainrule.experiments.report;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.core.engine.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One page of runs of several modules: how each learnt, and what it made. */
public final class ModulesPage {
  /**
   * A part of the page.
   *
   * @param run what a train command wrote; null where only files are shown
   * @param files that were made from it; where there are none, the model draws
   */
  public record Part(String title, @Nullable Path run, List<Path> files) {
    public Part {
      files = List.copyOf(files);
    }
  }

  private ModulesPage() {}

  /**
   * Writes the page. Runs and files that are not there are left out.
   *
   * @param seed of what is drawn
   */
  public static void write(
      Path file, String title, String lead, List<Part> parts, Compute compute, long seed)
      throws IOException {
    ReportPage page = new ReportPage(title, lead);
    Map<String, ReportedRun> runs = new LinkedHashMap<>();
    Map<String, String> shown = new LinkedHashMap<>();
    DrawnSamples drawing = new DrawnSamples(compute, seed);
    for (Part part : parts) {
      List<Path> files = part.files().stream().filter(Files::isRegularFile).toList();
      List<Exhibit> exhibits = new ArrayList<>();
      if (part.run() != null && Files.isDirectory(part.run())) {
        ReportedRun whole = RunReader.read(part.run()).getFirst();
        ReportedRun run = whole.with(files, whole.checkpoint());
        runs.put(part.title(), run);
        exhibits.add(new Exhibit.Drawing(Curves.of(run), true));
        exhibits.addAll(Report.samples(run, new Report.Samples(drawing, null)));
      } else if (part.run() == null) {
        for (Path picture : files) {
          exhibits.add(SampleFiles.picture(picture));
        }
      }
      StringBuilder html = new StringBuilder();
      exhibits.forEach(exhibit -> html.append(ExhibitHtml.of(exhibit)));
      shown.put(part.title(), html.toString());
    }
    page.add("Results", results(runs));
    shown.forEach(page::add);
    AtomicFile.writeString(file, page.html(ReportCommand.made("chainrule demo")));
  }

  private static String results(Map<String, ReportedRun> runs) {
    List<List<String>> rows = new ArrayList<>();
    runs.forEach(
        (title, run) -> {
          List<String> row = new ArrayList<>(List.of(title, run.kind()));
          for (String key :
              List.of(
                  "validation_nll", "validation_bits_per_dim", "train_nll", "steps", "seconds")) {
            row.add(Figures.shown(run.figure(key).orElse(Double.NaN)));
          }
          row.add(run.element());
          rows.add(row);
        });
    List<String> header =
        List.of(
            "module",
            "model",
            Figures.name("validation_nll"),
            Figures.name("validation_bits_per_dim"),
            Figures.name("train_nll"),
            "steps",
            "seconds",
            "of one");
    return rows.isEmpty()
        ? ""
        : new Html()
            .table("What each model came to; likelihoods are of one element", header, rows)
            .toString();
  }
}
