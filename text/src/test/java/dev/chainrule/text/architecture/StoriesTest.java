package dev.chainrule.text.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.text.decoder.DecoderModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The 260,000 parameters of llama2.c's stories260K: what run.c says with them. */
class StoriesTest {
  @TempDir Path folder;

  private static Path stories() {
    String data = System.getenv("CHAINRULE_DATA");
    assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path models = Path.of(data).resolve("models").resolve("stories260K");
    assumeTrue(Files.exists(models), models + " is not there");
    return models;
  }

  @Test
  void theStoryIsToldTokenForToken() throws IOException {
    Path stories = stories();
    JsonNode golden = Json.read(stories.resolve("stories260K.golden.json"), JsonNode.class);
    try (ForeignModel foreign = ForeignModel.open(stories.resolve("stories260K.bin"))) {
      check(foreign.load(), golden);
    }
  }

  @Test
  void theStoryIsTheSameFromOtherFiles() throws IOException {
    Path stories = stories();
    JsonNode golden = Json.read(stories.resolve("stories260K.golden.json"), JsonNode.class);
    Path gguf = folder.resolve("stories.gguf");
    Path hub = folder.resolve("hub");
    try (ForeignModel foreign = ForeignModel.open(stories.resolve("stories260K.bin"))) {
      GgufExport.of(foreign.load(), Rounding.to(FileType.F32)).write(gguf, 1, bytes -> {});
      HubExport.write(foreign.load(), hub, Map.of());
    }
    for (Path written : new Path[] {gguf, hub}) {
      try (ForeignModel foreign = ForeignModel.open(written)) {
        check(foreign.load(), golden);
      }
    }
  }

  /** All 200 greedy tokens follow from the story itself, in one pass. */
  private static void check(DecoderModel model, JsonNode golden) {
    JsonNode story = golden.path("greedy_ids");
    int[] ids = new int[story.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = story.get(i).asInt();
    }
    JsonNode opening = golden.path("logits_after_Once_upon_a_time");
    int vocab = model.vocabSize();
    try (Engine engine = Engines.open("vector", 1)) {
      Tape tape = Tape.evaluation(engine, model.parameters());
      tape.begin();
      Tensor logits = model.logits(tape, Tensor.of(ids, 1, ids.length)).value();
      for (int t = 0; t + 1 < ids.length; t++) {
        int best = 0;
        for (int v = 1; v < vocab; v++) {
          best = logits.get((long) t * vocab + v) > logits.get((long) t * vocab + best) ? v : best;
        }
        assertThat(best).as("token %d", t + 1).isEqualTo(ids[t + 1]);
      }
      for (int v = 0; v < vocab; v++) {
        assertThat(logits.get(4L * vocab + v)).isCloseTo(opening.get(v).asDouble(), within(1e-4));
      }
    }
    assertThat(ids).hasSizeGreaterThanOrEqualTo(200);
  }
}
