package dev.chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.io.Json;
import dev.chainrule.experiments.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Reports of what train commands leave, and how runs are told apart. */
class ReportTest {
  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "what was, and what is, and what will be. ".repeat(40));
    for (String rate : List.of("0.001", "0.01")) {
      String out = folder.resolve("runs/" + rate).toString();
      List<String> words = new ArrayList<>(List.of("text", "train", "--out", out));
      words.addAll(List.of("--layers", "1", "--width", "16", "--heads", "1", "--context", "16"));
      words.addAll(List.of("--data", text.toString(), "--steps", "4", "--log-every", "1"));
      words.addAll(List.of("--learning-rate", rate));
      assertThat(Main.commandLine().execute(words.toArray(String[]::new))).isZero();
    }
  }

  private static int execute(String... words) {
    List<String> all = new ArrayList<>(List.of("experiment", "report"));
    all.addAll(List.of(words));
    return Main.commandLine().execute(all.toArray(String[]::new));
  }

  @Test
  void runsOfAFolderAreComparedWithFiguresTablesAndEvents() throws IOException {
    Path page = folder.resolve("page.html");
    Path figures = folder.resolve("figures");
    Path events = folder.resolve("events");
    assertThat(
            execute(
                folder.resolve("runs").toString(),
                "--out=" + page,
                "--figures=" + figures,
                "--events=" + events))
        .isZero();
    String html = Files.readString(page);
    assertThat(html)
        .contains("<h1>runs</h1>", "learning rate 0.001", "learning rate 0.01", "300 tokens")
        .contains("<span class=\"p", "<th scope=\"row\">", "data_checksum")
        .doesNotContain("src=\"http", "href=\"http", "@import", "url(http")
        .doesNotContain("@@size@@", "seed 0.001");
    try (Stream<Path> files = Files.list(figures)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .contains("held-out-likelihood.svg", "final-figures.svg", "metrics.csv", "runs.csv");
    }
    assertThat(Files.readString(figures.resolve("held-out-likelihood.svg")))
        .startsWith("<?xml")
        .doesNotContain("var(--");
    assertThat(Files.readAllLines(figures.resolve("metrics.csv"))).hasSize(1 + 2 * 5);
    assertThat(events.resolve("0.001")).isDirectoryContaining(f -> f.toString().contains("tfev"));
  }

  @Test
  void aRunThatHasStepsLeftIsNotDone() throws IOException {
    Path run = Files.createDirectories(folder.resolve("half"));
    for (String name : List.of("config.json", "train.jsonl")) {
      Files.copy(folder.resolve("runs/0.01").resolve(name), run.resolve(name));
    }
    String config = Files.readString(run.resolve("config.json"));
    Files.writeString(
        run.resolve("config.json"),
        config.replaceFirst("(\"limits\"\\s*:\\s*\\{\\s*\"steps\"\\s*:\\s*)4", "$19000"));
    assertThat(execute(run.toString(), "--no-samples")).isZero();
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("A run of text.gpt: 4 of 9,000 steps.");
  }

  @Test
  void aReportLiesInTheFolderOfItsRunAndStaysThere() throws IOException {
    Path run = folder.resolve("runs/0.01");
    assertThat(execute(run.toString(), "--no-samples")).isZero();
    String html = Files.readString(run.resolve("report.html"));
    assertThat(html).contains("A run of text.gpt: done.").doesNotContain("class=\"tokens\"");
    JsonNode config = Json.read(run.resolve("config.json"), JsonNode.class);
    assertThat(html)
        .contains(config.at("/training/data_checksum").asString())
        .contains("This page is ");
  }

  @Test
  void aFolderWithoutRunsIsRefused() {
    assertThat(execute(folder.resolve("figures-of-nothing").toString())).isEqualTo(1);
    assertThat(execute()).isEqualTo(2);
  }

  @Test
  void runsThatDifferInTheirSeedAreOneGroup() {
    List<ReportedRun> runs =
        List.of(
            ReportedRuns.run("a", 0.01, 1, List.of()),
            ReportedRuns.run("b", 0.05, 1, List.of()),
            ReportedRuns.run("c", 0.01, 2, List.of()));
    List<RunGroup> groups = RunGroup.of(runs);
    assertThat(groups)
        .map(RunGroup::name)
        .containsExactly("learning rate 0.01", "learning rate 0.05");
    assertThat(groups.getFirst().runs()).map(ReportedRun::name).containsExactly("a", "c");
    RunGroup.Spread spread = groups.getFirst().spread("validation_nll");
    assertThat(spread.deviation()).isCloseTo(0.01 / Math.sqrt(2), within());
    assertThat(groups.get(1).spread("validation_nll").deviation()).isNaN();
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-9);
  }

  @Test
  void figuresHaveTheDigitsThatMatter() {
    assertThat(Figures.shown(0.0001)).isEqualTo("0.0001");
    assertThat(Figures.shown(1.5e-7)).isEqualTo("1.5e-7");
    assertThat(Figures.shown(804_096)).isEqualTo("804,096");
    assertThat(Figures.shown(1.76024)).isEqualTo("1.7602");
    assertThat(Figures.shown(3.16412, 0.0153)).isEqualTo("3.164 ± 0.015");
    assertThat(Figures.shown(Double.NaN)).isEqualTo("-");
  }
}
