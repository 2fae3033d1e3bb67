package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A benchmark in a new JVM, started as this one was. */
final class OwnJvm {
  private OwnJvm() {}

  /**
   * Runs the command line, and waits.
   *
   * @param arguments of {@code chainrule}, with {@code --json}, that run one benchmark
   * @throws InputException if it fails
   */
  static double milliseconds(List<String> arguments) throws IOException, InterruptedException {
    Path printed = Files.createTempFile("chainrule-bench", ".json");
    try {
      Process process =
          new ProcessBuilder(command(arguments))
              .redirectOutput(printed.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new InputException(
            "chainrule %s: ended with exit code %d, expected 0."
                .formatted(String.join(" ", arguments), exitCode));
      }
      JsonNode report =
          JsonMapper.shared().readTree(Files.readString(printed, StandardCharsets.UTF_8));
      return report.get("results").get(0).get("milliseconds").asDouble();
    } finally {
      Files.deleteIfExists(printed);
    }
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return command;
  }
}
