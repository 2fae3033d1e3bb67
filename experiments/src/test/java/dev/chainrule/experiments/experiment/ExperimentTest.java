package dev.chainrule.experiments.experiment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.FolderLock;
import dev.chainrule.base.tensorboard.EventFile;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.run.TrainedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExperimentTest {
  private static final Resources ONE = resources(1);

  @TempDir Path folder;
  private Path file;

  private static Resources resources(int jobs) {
    return new Resources(new Compute("vector", jobs), jobs, Long.MAX_VALUE);
  }

  @BeforeEach
  void write() throws IOException {
    Path words = folder.resolve("words.txt");
    Files.writeString(words, "the cat sat on the mat and the dog ran after the cat. ".repeat(20));
    file = folder.resolve("e.yaml");
    Files.writeString(
        file,
        """
        model: {kind: text.gpt, layers: 1, heads: 1, width: 8, context: 8}
        data: {data: %s}
        training: {steps: 6, batch_size: 2, log_every: 1, eval_every: 2, checkpoint_every: 2}
        evaluation:
        sampling: {prompt: "the ", tokens: 5}
        seeds: [1, 2]
        """
            .formatted(words));
  }

  private Outcome run(Resources resources, String out, String... sets) throws IOException {
    return experiment(out, sets).run(resources, line -> {}, () -> false);
  }

  private Experiment experiment(String out, String... sets) throws IOException {
    return Experiment.begin(file, List.of(sets), folder.resolve(out));
  }

  /** Metrics of all runs but for those that are measured in time. */
  private static Map<String, Map<String, Double>> numbers(Outcome outcome) {
    Map<String, Map<String, Double>> numbers = new TreeMap<>();
    for (Outcome.Run run : outcome.runs()) {
      Map<String, Double> metrics = new TreeMap<>(requireNonNull(run.result()).metrics());
      metrics.remove("steps_per_second");
      numbers.put(run.name(), metrics);
    }
    return numbers;
  }

  @Test
  void theSameFileAndSeedsGiveTheSameNumbersHoweverManyRunsGoSideBySide() throws IOException {
    Outcome first = run(ONE, "first");
    Outcome second = run(resources(2), "second");
    assertThat(first.count(RunResult.State.DONE)).isEqualTo(2);
    assertThat(numbers(second)).isEqualTo(numbers(first));
    assertThat(numbers(first).get("seed=1")).isNotEqualTo(numbers(first).get("seed=2"));
    assertThat(numbers(first).get("seed=1"))
        .containsKeys("train_nll", "validation_nll", "evaluation_bits_per_byte");
  }

  @Test
  void theCommandOfARunIsOneThatAShellTakes() throws IOException {
    Path odd = folder.resolve("it's \"ä b\".txt");
    Files.copy(folder.resolve("words.txt"), odd);
    run(ONE, "out", "seeds=[1]", "data.data=" + odd);
    assertThat(
            RunFolder.all(folder.resolve("out/e")).getFirst().config().path("command").asString())
        .contains("'--data=" + odd.toString().replace("'", "'\\''") + "' --steps=6");
  }

  @Test
  void aListNamesWhatCannotBeReadAndTellsTheRest() throws Exception {
    run(ONE, "out", "seeds=[1]");
    Path begun = folder.resolve("out/e/plan.json");
    Path broken = Files.createDirectories(folder.resolve("out/broken"));
    Files.copy(begun, broken.resolve("plan.json"));
    Files.writeString(broken.resolve("experiment.yaml"), "a: [");
    // Killed before it was begun.
    Path none = Files.createDirectories(folder.resolve("out/none"));
    Files.copy(file, none.resolve("experiment.yaml"));
    CommandLine line = new CommandLine(new ExperimentList());
    line.parseArgs(folder.resolve("out").toString());
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    ExperimentList.Result result = (ExperimentList.Result) Modality.verb(line).runWithin(nowhere);
    assertThat(result.experiments())
        .extracting(ExperimentList.Line::experiment)
        .containsExactly("e");
    assertThat(result.unreadable()).hasSize(1).first().asString().contains("broken", "is no YAML");
  }

  @Test
  void aFolderSaysByWhatItWasMade() throws IOException {
    Experiment experiment = experiment("out");
    experiment.run(ONE, line -> {}, () -> false);
    assertThat(experiment.folder().resolve("experiment.yaml")).hasSameTextualContentAs(file);
    RunFolder run = RunFolder.all(experiment.folder()).getFirst();
    assertThat(run.name()).isEqualTo("seed=1");
    assertThat(run.kind()).isEqualTo("text.gpt");
    assertThat(run.seed()).isEqualTo(1);
    assertThat(run.metrics()).hasSize(9).last().extracting("step").isEqualTo(6L);
    assertThat(run.config().at("/model/embedding_dim").asInt()).isEqualTo(8);
    assertThat(run.config().at("/training/optimizer/beta2").asDouble()).isEqualTo(0.99);
    assertThat(run.config().at("/sampling/temperature").asDouble()).isEqualTo(1);
    assertThat(run.samples())
        .extracting(Path::getFileName)
        .extracting(Path::toString)
        .containsExactly("samples.json", "samples.txt");
    Provenance provenance = requireNonNull(run.provenance());
    assertThat(provenance.data()).hasSize(1);
    assertThat(provenance.data().getFirst().sha256()).hasSize(64);
    assertThat(provenance.ended()).isNotNull();
    assertThat(run.config().path("command").asString())
        .startsWith("chainrule text train --architecture=gpt --layers=1");
    try (TrainedModel model = dev.chainrule.Chainrule.open(run.checkpoint())) {
      assertThat(model.kind()).isEqualTo("text.gpt");
    }
  }

  @Test
  void aRunLeavesATableAndItsSamplesForTensorBoard() throws IOException {
    Experiment experiment = experiment("out", "seeds=1");
    experiment.run(ONE, line -> {}, () -> false);
    RunFolder run = RunFolder.all(experiment.folder()).getFirst();
    assertThat(Files.readAllLines(run.path().resolve("metrics.csv")))
        .hasSize(1 + run.metrics().size())
        .first()
        .asString()
        .startsWith("run,step,seconds,train_nll");
    StringBuilder events = new StringBuilder();
    try (var files = Files.newDirectoryStream(run.checkpoint(), EventFile.PREFIX + "*")) {
      for (Path each : files) {
        events.append(Files.readString(each, StandardCharsets.ISO_8859_1));
      }
    }
    String text =
        Files.readString(run.path().resolve("samples/samples.txt"), StandardCharsets.UTF_8);
    assertThat(events)
        .contains("nll/train", "final/evaluation_bits_per_byte", "samples/samples", text.strip());
  }

  @Test
  void whatIsDoneIsNotDoneAgainAndAStoppedRunGoesOn() throws IOException {
    Outcome whole = run(ONE, "whole");
    AtomicInteger asked = new AtomicInteger();
    Experiment experiment = experiment("out");
    Outcome stopped = experiment.run(ONE, line -> {}, () -> asked.incrementAndGet() > 8);
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.count(RunResult.State.DONE)).isZero();
    Experiment.open(experiment.folder()).run(ONE, line -> {}, () -> false);
    List<String> said = new ArrayList<>();
    Outcome again = run(ONE, "out");
    assertThat(numbers(again)).isEqualTo(numbers(whole));
    experiment("out").run(ONE, said::add, () -> false);
    assertThat(said).isEmpty();
    Outcome more = run(ONE, "out", "seeds=[1, 2, 3]");
    assertThat(more.runs()).hasSize(3);
    assertThat(numbers(more).get("seed=2")).isEqualTo(numbers(whole).get("seed=2"));
  }

  @Test
  void otherOptionsInTheSameFolderAreRefused() throws IOException {
    run(ONE, "out", "seeds=1");
    assertThatThrownBy(() -> run(ONE, "out", "training.steps=8"))
        .hasMessageContaining("was begun with training.steps 6, found 8");
  }

  @Test
  void aFailedRunIsWrittenDownAndTheRestGoOn() throws IOException {
    Outcome outcome =
        run(
            ONE,
            "out",
            "seeds=1",
            "sweep.over.data.data=[nowhere.txt, " + folder.resolve("words.txt") + "]");
    assertThat(outcome.runs())
        .extracting(run -> requireNonNull(run.result()).state())
        .containsExactly(RunResult.State.FAILED, RunResult.State.DONE);
    assertThat(requireNonNull(outcome.runs().getFirst().result()).reason())
        .startsWith("nowhere.txt: no such file or folder");
    Files.writeString(Path.of("nowhere.txt"), Files.readString(folder.resolve("words.txt")));
    try {
      Experiment experiment = Experiment.open(folder.resolve("out").resolve("e"));
      assertThat(experiment.run(ONE, line -> {}, () -> false).count(RunResult.State.FAILED))
          .isOne();
      assertThat(
              experiment
                  .tryingFailed()
                  .run(ONE, line -> {}, () -> false)
                  .count(RunResult.State.DONE))
          .isEqualTo(2);
    } finally {
      Files.delete(Path.of("nowhere.txt"));
    }
  }

  @Test
  void aFolderThatCannotBeWrittenEndsTheSweepAndTheSameCommandGoesOn() throws IOException {
    Outcome whole = run(ONE, "whole");
    Path samples = folder.resolve("out/e/runs/seed=1/samples");
    Files.createDirectories(requireNonNull(samples.getParent()));
    Files.writeString(samples, "where a folder should be");
    assertThatThrownBy(() -> run(ONE, "out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("runs/seed=1: cannot be written: ")
        .hasMessageEndingWith("What is done is kept; the same command does the rest");
    assertThat(folder.resolve("out/e/runs/seed=1/result.json")).doesNotExist();
    assertThat(folder.resolve("out/e/runs/seed=2")).doesNotExist();
    Files.delete(samples);
    assertThat(numbers(run(ONE, "out"))).isEqualTo(numbers(whole));
  }

  @Test
  void halvingGivesTheStepsToTheBestAndTheWinnerIsAsByItself() throws IOException {
    String[] sets = {
      "seeds=1",
      "training.steps=6",
      "sweep={method: halving, min_steps: 2, eta: 3, over: {training.learning_rate: [1e-6, 0.01,"
          + " 1e-5]}}"
    };
    Outcome halved = run(ONE, "halved", sets);
    assertThat(halved.runs())
        .extracting(run -> requireNonNull(run.result()).state())
        .containsExactly(RunResult.State.CUT, RunResult.State.DONE, RunResult.State.CUT);
    assertThat(halved.runs())
        .extracting(run -> requireNonNull(run.result()).steps())
        .containsExactly(2L, 6L, 2L);
    assertThat(requireNonNull(halved.runs().getFirst().result()).reason())
        .isEqualTo("given up after 2 steps: place 3 of 3 settings");
    Outcome alone = run(ONE, "alone", "seeds=1", "training.learning_rate=0.01");
    assertThat(numbers(halved).get("learning_rate=0.01,seed=1"))
        .isEqualTo(numbers(alone).get("seed=1"));
  }

  @Test
  void anExpectationIsMetOrNot() throws IOException {
    Outcome met = run(ONE, "out", "seeds=1", "expect={value: 3, within: 1}");
    assertThat(requireNonNull(met.expected()).met()).isTrue();
    Outcome missed = run(ONE, "out", "seeds=1", "expect={value: 9, within: 1}");
    assertThat(requireNonNull(missed.expected()).met()).isFalse();
    assertThat(requireNonNull(missed.expected()).sentence())
        .startsWith("expected validation_nll 9.0 within 1.0: found ")
        .endsWith(", not met");
  }

  @Test
  void aFolderInUseAndOneThatCannotBeAreRefused() throws IOException {
    Path out = folder.resolve("out");
    FolderLock held = FolderLock.take(out.resolve("e"));
    try (held) {
      assertThatThrownBy(() -> run(ONE, "out"))
          .hasMessageContaining("another run is writing there");
    }
    FolderLock training = FolderLock.take(out.resolve("e/runs/seed=1/checkpoint"));
    try (training) {
      assertThatThrownBy(() -> run(ONE, "out"))
          .hasMessageContaining("another run is writing there");
    }
    assertThat(run(ONE, "out").count(RunResult.State.DONE)).isEqualTo(2);
    assertThatThrownBy(() -> run(ONE, "words.txt")).hasMessageContaining("words.txt");
  }

  @Test
  void metricsAreShownToThisMachine() throws Exception {
    Experiment experiment = experiment("out", "seeds=1");
    experiment.run(ONE, line -> {}, () -> false);
    try (WatchPage page = WatchPage.open(experiment.folder(), 0);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> metrics = get(client, page.address() + "metrics");
      assertThat(metrics.body()).startsWith("{\"seed=1\":[{\"step\":1,\"train_nll\":");
      assertThat(get(client, page.address()).body()).contains("Metrics as they come");
      assertThat(get(client, page.address() + "passwd").statusCode()).isEqualTo(404);
      int port = URI.create(page.address()).getPort();
      assertThatThrownBy(() -> WatchPage.open(experiment.folder(), port))
          .hasMessageContaining("is in use");
    }
  }

  private static HttpResponse<String> get(HttpClient client, String address) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
