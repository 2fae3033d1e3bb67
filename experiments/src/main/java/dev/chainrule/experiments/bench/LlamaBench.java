package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.text.architecture.GgufExport;
import dev.chainrule.text.decoder.DecoderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The same work in llama.cpp, by its own {@code llama-bench} on a file with the same weights.
 *
 * @param prompt tokens of a prompt, 0 to decode
 * @param tokens that are decoded one after the other from an empty context, 0 to read a prompt
 */
public record LlamaBench(DecoderConfig config, DecoderWeights weights, int prompt, int tokens) {
  private static final String REPETITIONS = "5";

  /**
   * Runs it.
   *
   * @param program the {@code llama-bench} of llama.cpp or of what was made of it
   * @return milliseconds of a token, or of the prompt
   * @throws InputException if it fails
   */
  Peer.Result run(Path program, int threads) throws IOException, InterruptedException {
    String printed =
        printed(
            program,
            file ->
                List.of(
                    program.toString(),
                    "-m",
                    file.toString(),
                    "-t",
                    Integer.toString(threads),
                    "-p",
                    Integer.toString(prompt),
                    "-n",
                    Integer.toString(tokens),
                    "-r",
                    REPETITIONS,
                    "-o",
                    "json"));
    return new Peer.Result(
        String.valueOf(program.getFileName()), milliseconds(program, printed), null);
  }

  /**
   * Runs the same by a Python package.
   *
   * @param python a Python that has the package
   * @param name of the package, for instance {@code llama-cpp-python}
   * @return milliseconds of a token, or of the prompt
   * @throws InputException if it fails
   */
  Peer.Result run(Path python, String name, int threads) throws IOException, InterruptedException {
    Path script =
        Path.of(System.getProperty("chainrule.home", "."), "experiments/peers/llama_step.py");
    String printed =
        printed(
            script,
            file ->
                List.of(
                    python.toString(),
                    script.toString(),
                    "--package",
                    name,
                    "--weights",
                    file.toString(),
                    "--threads",
                    Integer.toString(threads),
                    "--prompt",
                    Integer.toString(prompt),
                    "--tokens",
                    Integer.toString(tokens),
                    "--repetitions",
                    REPETITIONS));
    JsonNode time = JsonMapper.shared().readTree(printed).path("milliseconds");
    if (!time.isNumber()) {
      throw new InputException(script + ": printed no \"milliseconds\", expected a time.");
    }
    return new Peer.Result(name, time.asDouble(), null);
  }

  /** What a program prints that is given a file with the weights. */
  private String printed(Path program, Function<Path, List<String>> command)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("chainrule-llama");
    Path file = folder.resolve("model.gguf");
    Path printed = folder.resolve("out.json");
    try {
      // A vocabulary of no words: what is decoded is numbers.
      GgufExport.write(config, weights, file, more -> more.set("tokenizer.ggml.model", "none"));
      return Peer.output(command.apply(file), program, printed);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(printed);
      Files.deleteIfExists(folder);
    }
  }

  /** Milliseconds of a token, or of the prompt, by what was printed. */
  double milliseconds(Path program, String json) {
    JsonNode time;
    try {
      time = JsonMapper.shared().readTree(json).path(0).path("avg_ns");
    } catch (JacksonException e) {
      throw new InputException(program + ": printed no JSON, expected that of llama-bench.");
    }
    if (!time.isNumber()) {
      throw new InputException(program + ": printed no \"avg_ns\", expected that of llama-bench.");
    }
    return time.asDouble() * 1e-6 / Math.max(1, tokens);
  }
}
