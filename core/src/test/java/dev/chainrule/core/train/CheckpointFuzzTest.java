package dev.chainrule.core.train;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointFuzzTest {
  private static final String TEXT =
      """
      {"format" : "chainrule", "version" : 2, "kind" : "fuzzed", "model" : {"vocab_size" : 59},
       "training" : {
        "progress" : {"step" : 30, "best_validation_nll" : 3.6287857284345595,
                      "evaluations_since_best" : 0},
        "optimizer" : "adamw", "optimizer_steps" : 30, "engine" : "vector", "threads" : 2,
        "options" : {"data" : "small.txt", "glob" : "**", "batch_size" : 4},
        "command_line" : {"--data" : "small.txt", "--steps" : "30"},
        "data_checksum" : "f00d"}}
      """;
  private static final String[] NEW = Mutations.tokens(TEXT);
  private static final String[] OLD =
      Mutations.tokens(
          TEXT.replace("\"version\" : 2", "\"version\" : 1")
              .replaceAll("(?s),\\s*\"command_line.*f00d\"", ""));

  @Test
  void configurations() {
    Checkpoint checkpoint = new Checkpoint(Path.of(ReaderFuzz.ORIGIN), "fuzzed", Set.of());
    ReaderFuzz.run(
        "config-json",
        120,
        random -> Mutations.text(random.nextInt(4) == 0 ? OLD : NEW, random),
        bytes ->
            checkpoint.config(
                Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON"), ReaderFuzz.ORIGIN));
  }

  @Test
  void logs() {
    String[] log = Mutations.tokens("{\"step\":1,\"train_nll\":null}\n{\"step\":2}\n");
    ReaderFuzz.run(
        "train-jsonl",
        60,
        random -> Mutations.text(log, random),
        bytes -> Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON").lines().toList());
  }
}
