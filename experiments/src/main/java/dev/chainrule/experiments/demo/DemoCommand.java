package dev.chainrule.experiments.demo;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.report.ModulesPage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Runs the commands of {@link DemoSteps} one after the other, each printed before it runs, on data
 * that the project ships.
 */
@Command(
    name = "demo",
    description = "Train, evaluate and sample small models on data that the project ships.")
public final class DemoCommand extends Verb {
  @Spec private CommandSpec spec;

  /** The result, as {@code --json} prints it. */
  record Result(List<String> commands, List<String> results, String report) {}

  @Override
  protected Target target() {
    return new Target.Folder(home().resolve("runs").resolve("demo"));
  }

  private static Path home() {
    return Path.of(System.getProperty("chainrule.home", ".")).toAbsolutePath().normalize();
  }

  @Override
  protected Object run() throws Exception {
    Path home = home();
    Path out = Objects.requireNonNull(out());
    if (common().out() == null) {
      delete(out);
    }
    Files.createDirectories(out);
    List<String> ran = new ArrayList<>();
    List<String> results = new ArrayList<>();
    for (DemoSteps.Step step : DemoSteps.all(home, out)) {
      if (stopRequested()) {
        break;
      }
      String shown = "./chainrule " + String.join(" ", step.shown());
      output().printf("%n## %s%n$ %s%n", step.purpose(), shown);
      output().flush();
      execute(step, shown);
      ran.add(shown);
      step.result().ifPresent(path -> results.add(path.toString()));
    }
    output().printf("%nResults:%n");
    results.forEach(path -> output().println("  " + path));
    Path report = out.resolve("report.html");
    ModulesPage.write(
        report,
        "Chainrule: the tour",
        "Small models of text, images, audio and series, trained by ./chainrule demo on data that"
            + " the project ships.",
        DemoSteps.parts(out),
        common().compute(),
        common().seed());
    output().printf("%nAll of it on one page, which any browser opens:%n  %s%n", report);
    return new Result(ran, results, report.toString());
  }

  private void execute(DemoSteps.Step step, String shown) {
    List<String> arguments = new ArrayList<>(step.arguments());
    arguments.addAll(
        List.of(
            "--seed", Long.toString(common().seed()),
            "--threads", Integer.toString(common().threads()),
            "--engine", common().engine().toString()));
    CommandLine root = spec.root().commandLine();
    CommandLine fresh =
        new CommandLine(root.getCommandSpec().userObject())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(root.getParameterExceptionHandler())
            .setExecutionExceptionHandler(root.getExecutionExceptionHandler());
    PrintStream standardOutput = System.out;
    int code;
    try {
      // With --json, standard output is for the demo's own object.
      System.setOut(output());
      code = fresh.execute(arguments.toArray(String[]::new));
    } finally {
      System.setOut(standardOutput);
    }
    if (code != 0) {
      throw new InputException("the demo stopped: " + shown + " ended with exit code " + code);
    }
  }

  /** The default folder is the demo's own; a demo begins anew. */
  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
