package dev.chainrule.experiments.experiment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ComparisonTest {
  private static RunFolder run(String experiment, String rate, int seed, @Nullable Double value) {
    ObjectNode config = Json.mapper().createObjectNode();
    config.put("experiment", experiment).put("run", "seed=" + seed).put("seed", seed);
    config.putObject("varied").put("training.learning_rate", rate);
    RunResult result =
        value == null
            ? new RunResult(RunResult.State.FAILED, "diverged", 3, 1, Map.of())
            : new RunResult(RunResult.State.DONE, null, 10, 1, Map.of("validation_nll", value));
    return new RunFolder(Path.of("r"), config, null, List.of(), result, null, List.of());
  }

  private static List<RunFolder> runs(String experiment, String rate, @Nullable Double... values) {
    List<RunFolder> runs = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      runs.add(run(experiment, rate, i + 1, values[i]));
    }
    return runs;
  }

  /** R: t.test(c(2, 4, 6), c(1, 2, 3)). */
  @Test
  void twoSettingsAreHeldAgainstEachOtherByWelchsTest() {
    List<RunFolder> runs = new ArrayList<>(runs("a", "0.1", 2.0, 4.0, 6.0));
    runs.addAll(runs("a", "0.2", 1.0, 2.0, 3.0));
    Comparison comparison = Comparison.of("validation_nll", runs);
    assertThat(comparison.settings().getFirst().name()).isEqualTo("training.learning_rate=0.2");
    assertThat(comparison.settings().getFirst().mean()).isEqualTo(2.0);
    assertThat(comparison.settings().getLast().deviation()).isEqualTo(2.0);
    Comparison.Difference difference = requireNonNull(comparison.difference());
    assertThat(difference.mean()).isEqualTo(2.0);
    assertThat(difference.t()).isCloseTo(1.549193, within(1e-6));
    assertThat(difference.degreesOfFreedom()).isCloseTo(2.941176, within(1e-6));
    assertThat(difference.p()).isCloseTo(0.220881, within(1e-6));
    assertThat(difference.low()).isNegative();
    assertThat(difference.low() + difference.high()).isCloseTo(4.0, within(1e-12));
  }

  @Test
  void failedRunsAreCountedAndNotMeasured() {
    List<RunFolder> runs = new ArrayList<>(runs("a", "0.1", 2.0, null, 4.0));
    runs.addAll(runs("a", "9", null, null, null));
    Comparison comparison = Comparison.of("validation_nll", runs);
    assertThat(comparison.settings().getFirst().mean()).isEqualTo(3.0);
    assertThat(comparison.settings().getFirst().failed()).isEqualTo(1);
    assertThat(comparison.settings().getLast().mean()).isNull();
    assertThat(comparison.difference()).isNull();
  }

  @Test
  void experimentsAreNamedWhereThereAreSeveral() {
    List<RunFolder> runs = new ArrayList<>(runs("a", "0.1", 2.0));
    runs.addAll(runs("b", "0.1", 1.0));
    assertThat(Comparison.of("validation_nll", runs).settings())
        .extracting(Comparison.Setting::name)
        .containsExactly("b, training.learning_rate=0.1", "a, training.learning_rate=0.1");
    assertThat(Comparison.of("validation_nll", runs).difference()).as("one run each").isNull();
  }

  private static List<RunFolder> in(String folder, List<RunFolder> runs) {
    return runs.stream()
        .map(
            run ->
                new RunFolder(
                    Path.of(folder, "runs", run.name()),
                    run.config(),
                    null,
                    List.of(),
                    run.result(),
                    null,
                    List.of()))
        .toList();
  }

  @Test
  void theSameExperimentInTwoFoldersIsToldApart() {
    List<RunFolder> runs = new ArrayList<>(in("before", runs("a", "0.1", 2.0, 2.1)));
    runs.addAll(in("after", runs("a", "0.1", 1.0, 1.2)));
    Comparison comparison = Comparison.of("validation_nll", runs);
    assertThat(comparison.settings())
        .extracting(Comparison.Setting::name)
        .containsExactly("after, training.learning_rate=0.1", "before, training.learning_rate=0.1");
    assertThat(comparison.difference()).isNotNull();
  }

  @Test
  void otherSeedsInAnotherFolderAreOfTheSameSetting() {
    List<RunFolder> runs = new ArrayList<>(in("here", runs("a", "0.1", 2.0, 2.1)));
    runs.add(in("there", List.of(run("a", "0.1", 3, 4.0))).getFirst());
    assertThat(Comparison.of("validation_nll", runs).settings())
        .singleElement()
        .satisfies(setting -> assertThat(setting.values()).hasSize(3));
  }
}
