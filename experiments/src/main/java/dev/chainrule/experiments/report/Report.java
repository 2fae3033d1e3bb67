package dev.chainrule.experiments.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a report shows of runs: of one, or how several differ. */
final class Report {
  /** Runs whose samples a comparison shows: the best of each of so many groups. */
  private static final int SHOWN = 8;

  /**
   * How samples come to be shown.
   *
   * @param drawing draws for runs that left none; null to leave them out
   * @param data series in place of those that runs name; null for those
   */
  record Samples(@Nullable DrawnSamples drawing, @Nullable Path data) {}

  private final String name;
  private final List<ReportedRun> runs;
  private final List<RunGroup> groups;
  private final String expectation;
  private final Map<String, List<Exhibit>> exhibits = new LinkedHashMap<>();

  /**
   * Of runs, whose samples are read or drawn.
   *
   * @param name what they are together; empty to take their names
   * @param expectation what was expected of them and what came, in a sentence; may be empty
   */
  Report(String name, List<ReportedRun> runs, String expectation, Samples samples)
      throws IOException {
    this.name = name;
    this.runs = List.copyOf(runs);
    this.groups = RunGroup.of(runs);
    this.expectation = expectation;
    if (runs.size() == 1) {
      exhibits.put("Curves", List.of(new Exhibit.Drawing(Curves.of(runs.getFirst()), true)));
    } else {
      compare();
    }
    for (ReportedRun run : shown()) {
      List<Exhibit> own = samples(run, samples);
      if (!own.isEmpty()) {
        exhibits.put(runs.size() == 1 ? "Samples" : "Samples of " + run.name(), own);
      }
    }
  }

  private void compare() {
    List<Exhibit> ends = new ArrayList<>();
    for (String figure : List.of("validation_nll", "train_nll")) {
      boolean measured = groups.stream().anyMatch(g -> !g.spread(figure).values().isEmpty());
      if (measured && ends.isEmpty()) {
        ends.add(new Exhibit.Drawing(Curves.ends(groups, figure), false));
      }
    }
    exhibits.put("Ends", ends);
    List<Exhibit> curves = new ArrayList<>();
    for (boolean heldOut : new boolean[] {true, false}) {
      Exhibit.Drawing drawing = new Exhibit.Drawing(Curves.of(groups, heldOut), true);
      if (!drawing.chart().marks().isEmpty()) {
        curves.add(drawing);
      }
    }
    exhibits.put("Curves", curves);
  }

  /** Of each group the run that ended best. */
  private List<ReportedRun> shown() {
    List<ReportedRun> shown = new ArrayList<>();
    for (RunGroup group : groups) {
      group.runs().stream()
          .min(
              Comparator.comparingDouble(
                  run -> run.figure("validation_nll").orElse(Double.MAX_VALUE)))
          .ifPresent(shown::add);
    }
    return shown.subList(0, Math.min(SHOWN, shown.size()));
  }

  /** The files of a run, or what its model draws where it left none. */
  static List<Exhibit> samples(ReportedRun run, Samples samples) throws IOException {
    ReportSeries data = ReportSeries.of(run, samples.data());
    if (!run.samples().isEmpty()) {
      return SampleFiles.read(run, data);
    }
    Path checkpoint = run.checkpoint();
    return samples.drawing() == null || checkpoint == null
        ? List.of()
        : samples.drawing().of(checkpoint, data);
  }

  /** Everything it shows, by part. */
  Map<String, List<Exhibit>> exhibits() {
    return exhibits;
  }

  List<ReportedRun> runs() {
    return runs;
  }

  /** Its name, or the names of its runs. */
  String title() {
    if (!name.isEmpty()) {
      return name;
    }
    String names = String.join(", ", runs.stream().limit(4).map(ReportedRun::name).toList());
    return names + (runs.size() > 4 ? " and %d more".formatted(runs.size() - 4) : "");
  }

  /** As a page. */
  ReportPage page() {
    ReportPage page = new ReportPage(title(), lead());
    page.add("Results", runs.size() == 1 ? figures(runs.getFirst()) : comparison());
    exhibits.forEach(
        (part, shown) -> {
          if (!part.equals("Ends")) {
            StringBuilder html = new StringBuilder();
            shown.forEach(exhibit -> html.append(ExhibitHtml.of(exhibit)));
            page.add(part, html.toString());
          }
        });
    if (runs.size() > 1) {
      page.add("Runs", eachRun());
    }
    page.add("Settings", settings());
    page.add("Provenance", provenance());
    return page;
  }

  private String lead() {
    ReportedRun first = runs.getFirst();
    String sentence =
        runs.size() == 1
            ? "A run of %s: %s.".formatted(first.kind(), first.state())
            : "%d runs of %s, %d settings."
                .formatted(
                    runs.size(),
                    String.join(", ", new TreeSet<>(runs.stream().map(ReportedRun::kind).toList())),
                    groups.size());
    return expectation.isEmpty() ? sentence : sentence + " " + expectation;
  }

  private static String figures(ReportedRun run) {
    Html html = new Html().add("<dl class=\"figures\">");
    run.figures()
        .forEach(
            (key, value) ->
                html.add(
                    "<div><dt>%s</dt><dd>%s</dd></div>", Figures.name(key), Figures.shown(value)));
    return html.add("</dl>\n")
        .add("<p class=\"note\">Likelihoods are of one %s.</p>\n", run.element())
        .toString();
  }

  private String comparison() {
    List<String> keys = List.copyOf(groups.getFirst().varied().keySet());
    List<String> figures = measured();
    List<String> header = new ArrayList<>(List.of("settings"));
    keys.stream().map(RunGroup::shortened).forEach(header::add);
    header.add("runs");
    figures.stream().map(Figures::name).forEach(header::add);
    List<List<String>> rows = new ArrayList<>();
    for (RunGroup group : groups) {
      List<String> row = new ArrayList<>(List.of(group.name()));
      keys.forEach(key -> row.add(group.varied().getOrDefault(key, "-")));
      row.add(Integer.toString(group.runs().size()));
      figures.forEach(figure -> row.add(group.spread(figure).toString()));
      rows.add(row);
    }
    Html html =
        new Html()
            .table(
                "Means over runs that differ in their seed, ± one standard deviation",
                header,
                rows);
    exhibits.getOrDefault("Ends", List.of()).forEach(e -> html.add(ExhibitHtml.of(e)));
    return html.toString();
  }

  /** Figures that most tables have room for. */
  private List<String> measured() {
    Set<String> keys = new LinkedHashSet<>();
    for (ReportedRun run : runs) {
      keys.addAll(run.figures().keySet());
    }
    return keys.stream().limit(10).toList();
  }

  private String eachRun() {
    List<String> figures = measured();
    List<String> header = new ArrayList<>(List.of("run", "seed", "state"));
    figures.stream().map(Figures::name).forEach(header::add);
    List<List<String>> rows = new ArrayList<>();
    for (ReportedRun run : runs) {
      List<String> row =
          new ArrayList<>(List.of(run.name(), Long.toString(run.seed()), run.state()));
      figures.forEach(figure -> row.add(Figures.shown(run.figure(figure).orElse(Double.NaN))));
      rows.add(row);
    }
    return new Html().table("Every run", header, rows).toString();
  }

  private String settings() {
    return table(
        runs.size() == 1 ? "What the run was told" : "What the runs were told",
        runs.stream().map(ReportedRun::settings).toList());
  }

  private String provenance() {
    return table(
        runs.size() == 1 ? "By what it was made" : "By what they were made",
        runs.stream().map(ReportedRun::provenance).toList());
  }

  /** What all have in common, and then what they have not. */
  private String table(String caption, List<Map<String, String>> maps) {
    Set<String> keys = new LinkedHashSet<>();
    maps.forEach(map -> keys.addAll(map.keySet()));
    List<List<String>> common = new ArrayList<>();
    List<String> different = new ArrayList<>();
    for (String key : keys) {
      List<String> values = maps.stream().map(map -> map.getOrDefault(key, "-")).toList();
      if (values.stream().distinct().count() == 1) {
        common.add(List.of(key, values.getFirst()));
      } else {
        different.add(key);
      }
    }
    Html html = new Html();
    if (!different.isEmpty()) {
      different(html, caption + ", where they differ", different, maps);
    }
    if (!common.isEmpty()) {
      html.add(
          "<details" + (common.size() < 30 ? " open" : "") + "><summary>%s</summary>",
          runs.size() == 1 ? caption : caption + ", all alike");
      html.table(caption, List.of("key", "value"), common).add("</details>\n");
    }
    return html.toString();
  }

  /** A row a run or a row a key, whichever are more: a page has more height than width. */
  private void different(
      Html html, String caption, List<String> keys, List<Map<String, String>> maps) {
    boolean byRun = runs.size() > keys.size();
    List<String> names = runs.stream().map(ReportedRun::name).toList();
    List<String> header = new ArrayList<>(List.of(byRun ? "run" : "key"));
    header.addAll(byRun ? keys : names);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < (byRun ? runs.size() : keys.size()); i++) {
      List<String> row = new ArrayList<>(List.of(byRun ? names.get(i) : keys.get(i)));
      for (int j = 1; j < header.size(); j++) {
        Map<String, String> values = maps.get(byRun ? i : j - 1);
        row.add(values.getOrDefault(keys.get(byRun ? j - 1 : i), "-"));
      }
      rows.add(row);
    }
    html.table(caption, header, rows);
  }
}
