package dev.chainrule.experiments.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentPlanTest {
  private static final String TEXT =
      """
      defaults: text-small
      data: {data: words.txt}
      """;

  @TempDir Path folder;

  private ExperimentPlan plan(String text, String... sets) throws IOException {
    return ExperimentPlan.parse(text, "e.yaml", folder, List.of(sets));
  }

  private void assertRefused(String text, String message) {
    assertThatThrownBy(() -> plan(text)).isInstanceOf(InputException.class).hasMessage(message);
  }

  @Test
  void anUnknownKeyIsRefusedWithItsPlaceAndTheNearest() {
    assertRefused(
        TEXT + "training:\n  lerning_rate: 1\n",
        "e.yaml:4:3: training of text.gpt has no key lerning_rate; the nearest is learning_rate");
    assertRefused(
        TEXT + "traning: {steps: 1}\n",
        "e.yaml:3:1: an experiment has no key traning; the nearest is training");
    assertRefused(
        TEXT + "model: {steps: 1}\n",
        "e.yaml:3:9: model has no key steps, which stands in the section training");
    assertRefused(
        TEXT + "sampling: {temprature: 1}\n",
        "e.yaml:3:12: sampling of text.gpt has no key temprature; the nearest is temperature");
    assertRefused(
        TEXT + "sweep: {over: {training.stps: [1, 2]}}\n",
        "e.yaml:3:32: training of text.gpt has no key stps; the nearest is steps");
  }

  @Test
  void aWrongValueIsRefusedWithItsPlace() {
    assertRefused(
        TEXT + "training:\n  steps: many\n",
        "e.yaml:4:10: steps: found many, expected a whole number");
    assertRefused(
        TEXT + "training: {learning_rate: -1}\n",
        "e.yaml:3:27: learning_rate: -1.0, expected above 0");
    assertRefused(
        TEXT + "sweep: {over: {training.learning_rate: [1, -1]}}\n",
        "e.yaml:3:44: learning_rate: -1.0, expected above 0");
    assertRefused(TEXT + "training: {steps: [1, 2]}\n", "e.yaml:3:19: steps: expected one value");
    assertRefused(
        TEXT + "model: {tied: maybe}\n", "e.yaml:3:15: tied: found maybe, expected true or false");
    assertRefused(
        TEXT + "training: {learning_rate: x}\n",
        "e.yaml:3:27: learning_rate: found x, expected a number");
    assertRefused(TEXT + "seeds: [1, x]\n", "e.yaml:3:12: seeds: found x, expected a whole number");
    assertRefused(
        TEXT + "compute: {engine: gpu}\n",
        "e.yaml:3:19: engine: found gpu, expected one of " + String.join(", ", Engines.NAMES));
    assertRefused(TEXT + "seeds: [1, 1]\n", "e.yaml:3:12: seeds: 1 stands there twice");
    assertRefused(TEXT + "seeds:\n", "e.yaml:3:7: seeds: found nothing, expected a whole number");
    assertRefused(
        "model: {kind: text.gtp}\ndata: {data: x}\n",
        "e.yaml:1:15: kind: found gtp, expected one of decoder, gpt, lora.");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> plan(TEXT + "model: {width: 63}\n"))
        .hasMessageContaining("embedding_dim 63, expected a multiple of num_heads 2");
    assertRefused(
        "model: {layers: 1}\n", "e.yaml:1:8: model has no kind, expected one such as text.gpt");
    assertThatThrownBy(() -> plan("model: {kind: gpt}\n"))
        .hasMessageStartingWith("e.yaml:1:15: kind: found gpt");
    assertRefused(
        "model: {kind: baseline.drift}\n",
        "e.yaml:1:15: baseline.drift is not trained, expected a section evaluation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "- 1", "3", "", "a: &x [*x]", "{[1]: 2}", "a: 1\na: 2"})
  void whatIsNoExperimentIsRefused(String text) {
    assertThatThrownBy(() -> plan(text))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("e.yaml");
  }

  @Test
  void moreLevelsOrRunsThanAPersonMeansAreRefused() {
    assertRefused(
        "a: " + "[".repeat(100_000) + "]".repeat(100_000),
        "e.yaml:1:23: expected at most 20 levels");
    String seeds = IntStream.range(0, 6000).boxed().toList().toString();
    assertRefused(
        TEXT + "seeds: " + seeds + "\nsweep: {over: {training.clip: [1, 2]}}\n",
        "e.yaml:4:8: found 2 settings with 6,000 seeds each, expected at most 10,000 runs");
  }

  @Test
  void aGridHasARunForEachSettingAndSeed() throws IOException {
    ExperimentPlan plan =
        plan(TEXT + "seeds: [1, 2]\nsweep: {over: {training: {learning_rate: [0.1, 0.2]}}}\n");
    assertThat(plan.name()).isEqualTo("e");
    assertThat(plan.runs())
        .extracting(ExperimentPlan.Run::name)
        .containsExactly(
            "learning_rate=0.1,seed=1",
            "learning_rate=0.1,seed=2",
            "learning_rate=0.2,seed=1",
            "learning_rate=0.2,seed=2");
    assertThat(plan.runs().get(2).varied()).isEqualTo(Map.of("training.learning_rate", "0.2"));
  }

  @Test
  void drawsFollowFromTheSeed() throws IOException {
    String sweep =
        "sweep: {method: random, trials: 5, seed: 3, over: {training.learning_rate: {from: 0.001,"
            + " to: 0.1, scale: log}, model.layers: {from: 1, to: 4, whole: true}}}\n";
    List<String> first = names(plan(TEXT + sweep));
    assertThat(first).hasSize(5).doesNotHaveDuplicates().isEqualTo(names(plan(TEXT + sweep)));
    assertThat(names(plan(TEXT + sweep, "sweep.seed=4"))).isNotEqualTo(first);
    for (ExperimentPlan.Run run : plan(TEXT + sweep).runs()) {
      assertThat(Double.parseDouble(run.varied().getOrDefault("training.learning_rate", "")))
          .isBetween(0.001, 0.1);
    }
  }

  private static List<String> names(ExperimentPlan plan) {
    return plan.runs().stream().map(ExperimentPlan.Run::name).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{over: {training.steps: {from: 1, to: 2}}} | a grid takes lists and no trials",
        "{method: random, over: {training.steps: [1]}} | trials is missing",
        "{method: halving, over: {training.steps: [1]}} | needs min_steps",
        "{method: halving, min_steps: 30, over: {model.layers: [1, 2]}} | eval_every: found 100",
        "{method: random, trials: 9, over: {training.steps: [1, 2]}} | but 2 different settings",
        "{over: {training.steps: [1, 2, 1]}} | e.yaml:3:39: training.steps: 1 stands there twice",
        "{over: {training.clip: [0.1, 1e-1]}} | training.clip: 1e-1 stands there twice",
        "{over: {training.clip: [1, 2], training: {clip: [3]}}} | training.clip stands there twice",
        "{method: random, trials: 10001, over: {training.clip: {from: 1, to: 2}}} | trials: found",
        "{over: {seeds: [1, 2]}} | e.yaml:3:16: sweep: found seeds, expected keys of model, data",
        "{method: best} | expected grid, random or halving",
        "{method: grid} | over is missing"
      })
  void sweepsThatCannotBeAreRefused(String sweep, String message) {
    assertThatThrownBy(() -> plan(TEXT + "sweep: " + sweep)).hasMessageContaining(message);
  }

  @Test
  void setsStandOverTheFileAndTheFileOverDefaults() throws IOException {
    Files.writeString(folder.resolve("base.yaml"), "defaults: text-small\ntraining: {clip: 2}\n");
    String text = "defaults: base.yaml\ndata: {data: x}\ntraining: {steps: 7}\n";
    SortedMap<String, String> given =
        plan(text, "training.steps=8", "model.set={num_layers: 3}")
            .runs()
            .getFirst()
            .options()
            .given();
    assertThat(given)
        .containsEntry("training.steps", "8")
        .containsEntry("training.clip", "2")
        .containsEntry("training.batch_size", "8")
        .containsEntry("model.set.num_layers", "3");
    assertThatThrownBy(() -> plan(text, "training.stps=8"))
        .hasMessageStartingWith("--set training.stps:1:1: training of text.gpt has no key stps");
    assertThatThrownBy(() -> plan(text, "steps"))
        .hasMessage("--set: found steps, expected KEY=VALUE");
    Files.writeString(folder.resolve("base.yaml"), "defaults: base.yaml\n");
    assertThatThrownBy(() -> plan(text)).hasMessageContaining("base.yaml refers to itself");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "images", "audio", "series", "baselines", "halving"})
  void theExamplesAreExperiments(String name) throws IOException {
    Path file = Path.of("examples", name + ".yaml");
    ExperimentPlan plan =
        ExperimentPlan.parse(Files.readString(file), file.toString(), folder, List.of());
    assertThat(plan.runs()).hasSizeGreaterThan(2);
  }
}
