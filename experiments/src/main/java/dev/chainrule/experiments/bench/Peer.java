package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A script of {@code experiments/peers} that does a benchmark's work in another library, on the
 * same data and, where a loss shows it, from the same weights.
 *
 * @param script name of the file
 * @param weights writes the weights that both begin with
 * @param arguments of the script, beside {@code --weights} and {@code --threads}
 * @param loss what ours gives before the first update, nats per element; null of work that has
 *     none, such as drawing
 */
public record Peer(String script, Weights weights, List<String> arguments, @Nullable Double loss) {
  /**
   * What the launcher sets for our libraries alone: without spinning threads llama.cpp takes twice
   * as long.
   */
  private static final Set<String> OURS = Set.of("GOMP_SPINCOUNT", "OPENBLAS_CORETYPE");

  /** Losses of two float32 implementations of one function agree so far. */
  private static final double TOLERANCE = 2e-4;

  /** Writes weights. */
  @FunctionalInterface
  public interface Weights {
    void write(Path file) throws IOException;

    /** None, for a library that has weights of its own. */
    static Weights none() {
      return file -> {};
    }

    /** Those that a new model has by a seed. */
    static Weights initial(Supplier<? extends AutoregressiveModel<?>> model, long seed) {
      return file -> {
        Parameters parameters = model.get().parameters();
        parameters.allocate(DType.FLOAT32, seed);
        SafetensorsWriter writer = new SafetensorsWriter();
        parameters.views(parameters.values()).forEach(writer::add);
        writer.write(file);
      };
    }
  }

  /**
   * What the other library took.
   *
   * @param setting which of its settings was the fastest
   * @param milliseconds that the work took there
   * @param loss its loss before the first update, nats per element; null where it tells none
   */
  public record Result(String setting, double milliseconds, @Nullable Double loss) {}

  /**
   * Runs the script, with every setting it knows.
   *
   * @param python a Python with what {@code experiments/peers/requirements.txt} asks for
   * @throws InputException if the script fails, or begins with another loss than ours
   */
  Result run(Path python, int threads) throws IOException, InterruptedException {
    return best(printed(python, threads));
  }

  /**
   * Runs the script as {@link #run} does.
   *
   * @return of each library that it found the fastest setting
   */
  List<Result> all(Path python, int threads) throws IOException, InterruptedException {
    return fastest(printed(python, threads));
  }

  private String printed(Path python, int threads) throws IOException, InterruptedException {
    Path file = Path.of(System.getProperty("chainrule.home", "."), "experiments/peers", script);
    Path folder = Files.createTempDirectory("chainrule-peer");
    Path stored = folder.resolve("model.safetensors");
    Path printed = folder.resolve("out.json");
    try {
      weights.write(stored);
      List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
      command.addAll(arguments);
      command.addAll(List.of("--weights", stored.toString()));
      command.addAll(List.of("--threads", Integer.toString(threads)));
      return output(command, file, printed);
    } finally {
      Files.deleteIfExists(stored);
      Files.deleteIfExists(printed);
      Files.deleteIfExists(folder);
    }
  }

  /**
   * What a command prints.
   *
   * @param program what it runs, for the message
   * @param printed a file that gets it
   * @throws InputException if it fails
   */
  static String output(List<String> command, Path program, Path printed)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(printed.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeAll(OURS);
    int exitCode = builder.start().waitFor();
    if (exitCode != 0) {
      throw new InputException(program + ": ended with exit code " + exitCode + ", expected 0.");
    }
    return Files.readString(printed, StandardCharsets.UTF_8);
  }

  /** The fastest of the settings in what the script printed. */
  Result best(String json) {
    return fastest(json).stream()
        .min(Comparator.comparingDouble(Result::milliseconds))
        .orElseThrow(
            () -> new InputException(script + ": no setting worked; expected at least one."));
  }

  /**
   * Of each library in what the script printed the fastest of its settings; of those that failed
   * nothing.
   *
   * @throws InputException if one began with another loss than ours
   */
  List<Result> fastest(String json) {
    Map<String, Result> fastest = new LinkedHashMap<>();
    for (JsonNode result : JsonMapper.shared().readTree(json).get("results")) {
      if (!result.path("milliseconds").isNumber()) {
        continue;
      }
      Double found = result.path("loss").isNumber() ? result.get("loss").asDouble() : null;
      if (loss != null && (found == null || !(Math.abs(found - loss) <= TOLERANCE))) {
        throw new InputException(
            "%s begins with loss %s, expected ours, %s, from the same weights on the same data."
                .formatted(script, found, loss));
      }
      String setting = result.get("setting").asString();
      fastest.merge(
          library(setting),
          new Result(setting, result.get("milliseconds").asDouble(), found),
          (one, other) -> other.milliseconds() < one.milliseconds() ? other : one);
    }
    return List.copyOf(fastest.values());
  }

  /** The library of a setting, by its first words. */
  static String library(String setting) {
    for (String library : List.of("transformers", "statsforecast", "gluonts", "R forecast")) {
      if (setting.startsWith(library)) {
        return library;
      }
    }
    return "torch";
  }

  /** The libraries of which the script needs at least one. */
  List<String> libraries() {
    return switch (script) {
      case "arima_auto.py" -> List.of("statsforecast", "R forecast");
      case "deepar_sample.py" -> List.of("gluonts");
      default -> List.of("torch");
    };
  }
}
