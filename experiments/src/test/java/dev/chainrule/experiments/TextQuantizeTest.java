package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.quant.BlockFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code text quantize} as a user meets it. */
class TextQuantizeTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeAModel() throws IOException {
    model = folder.resolve("model.gguf");
    new GgufWriter()
        .set("general.architecture", "llama")
        .add(
            "token_embd.weight",
            BlockFormat.F32,
            new long[] {9, 96},
            (from, to, n) -> {
              for (int i = 0; i < n; i++) {
                to[i] = (float) Math.sin(from + i);
              }
            })
        .add("output_norm.weight", BlockFormat.F32, new long[] {96}, (from, to, n) -> to[0] = 1)
        .write(model);
  }

  private Outcome quantize(String... options) {
    String[] words = new String[options.length + 4];
    System.arraycopy(
        new String[] {"text", "quantize", "--model", model.toString()}, 0, words, 0, 4);
    System.arraycopy(options, 0, words, 4, options.length);
    return execute(words);
  }

  @Test
  void writesAFileAndSaysWhatIsInIt() throws IOException {
    Path out = folder.resolve("out.gguf");
    Outcome run = quantize("--to", "q4_k", "--out", out.toString(), "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = run.json();
    assertThat(json.get("formats").toString()).isEqualTo("{\"f32\":1,\"q8_0\":1}");
    assertThat(json.get("fallbacks").asInt()).isEqualTo(1);
    assertThat(json.get("bytes").asLong()).isEqualTo(9 * 102 + 96 * 4);
    assertThat(json.get("bytes_before").asLong()).isEqualTo(10 * 96 * 4);
    assertThat(run.err()).contains("1 of 2 tensors have another format");
    try (GgufFile file = GgufFile.open(out)) {
      assertThat(file.tensor("token_embd.weight").format()).isEqualTo(BlockFormat.Q8_0);
    }
    Outcome pure = quantize("--to", "q4_k", "--pure", "--out", out.toString(), "--json");
    assertThat(pure.json().get("formats").toString()).isEqualTo("{\"f32\":1,\"q5_0\":1}");
  }

  @Test
  void badOptionsAreUsageErrors() {
    assertThat(quantize("--to", "q4_k").code()).isEqualTo(2);
    assertThat(quantize("--to", "q9", "--out", folder.resolve("a.gguf").toString()).code())
        .isEqualTo(2);
    assertThat(quantize("--to", "q8_0", "--out", folder.resolve("a.bin").toString()).code())
        .isEqualTo(2);
    Outcome itself = quantize("--to", "q8_0", "--out", model.toString());
    assertThat(itself.code()).isEqualTo(2);
    assertThat(itself.err()).contains("expected another file than --model");
  }

  @Test
  void whatLearnsNeedsTextAndARate() {
    String out = folder.resolve("a.gguf").toString();
    Outcome textless = quantize("--to", "q4_0", "--out", out, "--tune-steps", "5");
    assertThat(textless.code()).isEqualTo(2);
    assertThat(textless.err()).contains("--tune-steps: found 5, expected --calibration-data");
    Outcome still = quantize("--to", "q4_0", "--out", out, "--tune-rate", "0");
    assertThat(still.code()).isEqualTo(2);
    assertThat(still.err()).contains("--tune-rate: found 0.0, expected a number above 0");
    assertThat(quantize("--to", "q4_0", "--out", out, "--tune-steps", "-1").code()).isEqualTo(2);
    assertThat(folder.resolve("a.gguf")).doesNotExist();
  }

  @Test
  void aFileOfAnotherSortFailsInOneSentence() throws IOException {
    Files.writeString(model, "text");
    Outcome run = quantize("--to", "q8_0", "--out", folder.resolve("a.gguf").toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().strip())
        .isEqualTo("error: " + model + ": does not begin with \"GGUF\", expected a GGUF file");
    assertThat(folder.resolve("a.gguf")).doesNotExist();
  }

  /** Exit code, what went to standard output, and error messages with what is for people. */
  private record Outcome(int code, String out, String err) {
    JsonNode json() {
      return JsonMapper.shared().readTree(out);
    }
  }

  private static Outcome execute(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream standardOutput = System.out;
    PrintStream standardError = System.err;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      PrintWriter errors = new PrintWriter(err, true, StandardCharsets.UTF_8);
      int code = Main.commandLine().setErr(errors).execute(words);
      return new Outcome(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(standardOutput);
      System.setErr(standardError);
    }
  }
}
