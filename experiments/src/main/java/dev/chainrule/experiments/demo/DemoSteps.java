package dev.chainrule.experiments.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the demo runs. A modality adds its commands here. */
final class DemoSteps {
  /**
   * One command.
   *
   * @param purpose what it shows, in a few words
   * @param arguments of {@code ./chainrule}, beside the common options
   * @param result the file or folder worth looking at
   */
  record Step(String purpose, List<String> arguments, Optional<Path> result) {
    /** The arguments as a shell wants them. */
    List<String> shown() {
      return arguments.stream().map(a -> a.matches("[\\w./:=,-]+") ? a : "'" + a + "'").toList();
    }
  }

  private DemoSteps() {}

  static List<Step> all(Path home, Path out) {
    List<Step> steps = new ArrayList<>();
    steps.addAll(text(home, out.resolve("text")));
    return steps;
  }

  /** A GPT of this project's own sources. */
  private static List<Step> text(Path home, Path model) {
    String sources = home.resolve("core/src/main/java").toString();
    return List.of(
        new Step(
            "Train a small GPT on this project's own Java sources",
            List.of(
                "text",
                "train",
                "--data",
                sources,
                "--glob",
                "**.java",
                "--out",
                model.toString(),
                "--steps",
                "1000",
                "--seconds",
                "60",
                "--eval-every",
                "250"),
            Optional.of(model)),
        new Step(
            "Sample from it",
            List.of(
                "text",
                "sample",
                "--model",
                model.toString(),
                "--prompt",
                "  public ",
                "--tokens",
                "300",
                "--temperature",
                "0.8"),
            Optional.empty()));
  }
}
