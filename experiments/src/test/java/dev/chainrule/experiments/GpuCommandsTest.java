package dev.chainrule.experiments;

import static dev.chainrule.experiments.Outcome.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.kernel.cuda.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on the stand-in for a GPU: the engine that auto takes, and what goes wrong there. */
class GpuCommandsTest {
  private static final String[] HEALTHY = {"lost_after=-1", "memory=" + (1L << 40)};

  @TempDir static Path folder;
  private static String said;

  @BeforeAll
  static void runCommands() throws IOException, InterruptedException {
    StandIn standIn = StandIn.require();
    Files.writeString(folder.resolve("data.txt"), "one factor at a time;\n".repeat(40));
    List<String> files = new ArrayList<>();
    files.add(command("train", HEALTHY, train("whole", "--steps", "4", "--json")));
    files.add(
        command(
            "sample",
            HEALTHY,
            "text sample --tokens 2 --json --prompt one --model".split(" "),
            path("whole")));
    files.add(command("early", new String[] {"lost_after=40"}, train("early", "--steps", "9")));
    files.add(
        command(
            "lost", new String[] {"lost_after=1100"}, train("lost", "--checkpoint-every", "2")));
    files.add(command("resumed", HEALTHY, train("lost", "--resume", "--steps", "4", "--json")));
    files.add(command("memory", new String[] {"memory=140000"}, train("memory", "--steps", "1")));
    files.add(command("old", new String[] {"version=11040", HEALTHY[1]}, train("old")));
    ProcessBuilder builder = Child.of(GpuCommands.class, files.toArray(String[]::new));
    builder.environment().putAll(standIn.environment());
    // Whose working memory would be most of it.
    builder.environment().put("CHAINRULE_CUBLASLT", "none");
    Path log = folder.resolve("log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int code = process.waitFor();
    said = Files.readString(log);
    assertThat(code).as(said).isZero();
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static String[] train(String out, String... more) {
    List<String> words =
        new ArrayList<>(List.of("text", "train", "--data", path("data.txt"), "--out", path(out)));
    words.addAll(
        List.of(
            "--batch-size 16 --micro-batch 16 --context 8 --width 8 --layers 1 --heads 1 --dropout 0 --eval-every 100"
                .split(" ")));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static String command(String name, String[] settings, String[] words, String... more)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of(settings));
    lines.addAll(List.of(words));
    lines.addAll(List.of(more));
    return Files.write(folder.resolve(name + ".command"), lines).toString();
  }

  private static Outcome outcome(String name) throws IOException {
    String file = path(name + ".command");
    return new Outcome(
        Integer.parseInt(Files.readString(Path.of(file + ".code"))),
        Files.readString(Path.of(file + ".out")),
        Files.readString(Path.of(file + ".err")));
  }

  @Test
  void autoTakesAGpuAndSaysSo() throws IOException {
    assertThat(said)
        .containsOnlyOnce(
            "chainrule: computing on GPU 0 (stand-in), engine cuda; --engine vector computes on"
                + " the processor");
    Outcome train = outcome("train");
    assertThat(train.code()).as(train.err()).isZero();
    assertThat(train.json().get("engine").asString()).isEqualTo("cuda");
    assertThat(train.json().get("steps").asInt()).isEqualTo(4);
    Outcome sample = outcome("sample");
    assertThat(sample.code()).as(sample.err()).isZero();
    assertThat(sample.json().get("engine").asString()).isEqualTo("cuda");
  }

  @Test
  void aGpuLostInMidRunLeavesTheLastCheckpoint() throws IOException {
    assertFailure(
        1,
        List.of(
            "the GPU is lost", "training was in step", "the last checkpoint, of step", "stands"),
        outcome("lost"));
    Outcome resumed = outcome("resumed");
    assertThat(resumed.code()).as(resumed.err()).isZero();
  }

  @Test
  void aGpuLostBeforeACheckpointIsSaid() throws IOException {
    assertFailure(
        1,
        List.of("the GPU is lost", "training was in step 1", "no checkpoint of it was saved yet"),
        outcome("early"));
  }

  @Test
  void tooLittleMemorySaysWhatWouldFit() throws IOException {
    assertFailure(
        1,
        List.of(
            "GPU 0 (stand-in) has no room for",
            "are in use",
            "16 sequences at once were too many, and 8 fit: --micro-batch 8"),
        outcome("memory"));
  }

  @Test
  void anOldDriverIsOneSentence() throws IOException {
    assertFailure(1, List.of("CUDA 11.4", "12.0 or later"), outcome("old"));
  }
}
