package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.experiments.cli.ShellWord;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.cluster.ClusterOptions;
import dev.chainrule.experiments.cluster.Trials;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the commands that do an experiment's runs share. */
@Command
abstract class ExperimentVerb extends Verb {
  @Mixin ResourceOptions resources = new ResourceOptions();
  @Mixin ClusterOptions cluster = new ClusterOptions();

  /** Does what is left, and says what it came to. */
  final Outcome done(Experiment experiment) throws IOException {
    Resources usable = fromOptions(() -> resources.resources(common().compute()));
    fromOptions(cluster::checked);
    int runs = experiment.runs().size();
    output().printf("%s: %d %s%n", experiment.folder(), runs, runs == 1 ? "run" : "runs");
    Integer port = resources.watch;
    Outcome outcome;
    try (Trials trials = cluster.given() ? trials() : null;
        WatchPage page = port == null ? null : watched(experiment, port)) {
      if (page != null) {
        output().println("metrics as they come: " + page.address());
      }
      if (trials != null) {
        int threads = threadsOfTrial();
        usable =
            new Resources(
                new Compute(common().engine().toString(), threads * trials.slots()),
                trials.slots(),
                Long.MAX_VALUE);
      }
      outcome = experiment.run(usable, output()::println, this::stopRequested, trials);
    }
    print(outcome.comparison(), output());
    Outcome.Expected expected = outcome.expected();
    if (expected != null) {
      output().println(expected.sentence());
    }
    if (outcome.stopped()) {
      output()
          .println(
              "stopped; go on with: ./chainrule experiment resume "
                  + ShellWord.of(experiment.folder()));
    } else {
      requireWell(outcome, expected);
    }
    return outcome;
  }

  /** Threads of a run on a cluster, which are the processors of its task. */
  private int threadsOfTrial() {
    return text("--threads") == null ? 1 : common().threads();
  }

  private Trials trials() {
    fromOptions(
        () -> {
          cluster.refuse("--jobs", text("--jobs") != null, "as many runs as the cluster has tasks");
          cluster.refuse(
              "--memory", text("--memory") != null, "--spark-conf spark.executor.memory=SIZE");
          return cluster;
        });
    return cluster.work().trials(cluster.master(), cluster.properties(), threadsOfTrial());
  }

  private WatchPage watched(Experiment experiment, int port) throws IOException {
    if (port < 0 || port > 65_535) {
      throw badOption("--watch", port, "a port from 0 to 65535");
    }
    return WatchPage.open(experiment.folder(), port);
  }

  private static void requireWell(Outcome outcome, Outcome.@Nullable Expected expected) {
    List<Outcome.Run> failed =
        outcome.runs().stream()
            .filter(run -> run.result() != null && run.result().state() == RunResult.State.FAILED)
            .toList();
    if (!failed.isEmpty()) {
      RunResult first = failed.getFirst().result();
      throw new InputException(
          ("%d of %d runs failed, the first of them %s: %s;"
                  + " ./chainrule experiment resume %s --failed tries them again")
              .formatted(
                  failed.size(),
                  outcome.runs().size(),
                  failed.getFirst().name(),
                  first == null ? "" : first.reason(),
                  ShellWord.of(outcome.folder())));
    }
    List<RunResult> results =
        outcome.runs().stream().map(Outcome.Run::result).filter(Objects::nonNull).toList();
    requireMeasured("metric", outcome.comparison(), results);
    if (expected != null && !expected.met()) {
      throw new InputException(expected.sentence());
    }
  }

  /** Refuses a metric that no run has. */
  static void requireMeasured(String where, Comparison comparison, List<RunResult> results) {
    if (comparison.settings().stream().anyMatch(setting -> !setting.values().isEmpty())) {
      return;
    }
    TreeSet<String> known = new TreeSet<>();
    results.forEach(result -> known.addAll(result.metrics().keySet()));
    throw new InputException(
        "%s: found %s, which no run has; expected one of %s"
            .formatted(where, comparison.metric(), String.join(", ", known)));
  }

  /** A line for each setting, and whether two of them differ. */
  static void print(Comparison comparison, PrintStream output) {
    int names = comparison.settings().stream().mapToInt(s -> s.name().length()).max().orElse(0);
    int name = Math.max(7, names);
    int number = Math.max(12, comparison.metric().length());
    output.println(row(name, number, "setting", "runs", comparison.metric(), "deviation"));
    for (Comparison.Setting setting : comparison.settings()) {
      output.println(
          row(
                  name,
                  number,
                  setting.name(),
                  Integer.toString(setting.values().size()),
                  digits(setting.mean()),
                  digits(setting.deviation()))
              + (setting.failed() == 0 ? "" : "  (" + setting.failed() + " without)"));
    }
    Comparison.Difference d = comparison.difference();
    if (d != null) {
      output.printf(
          Locale.ROOT,
          "difference %.4f, between %.4f and %.4f with 95 %%: %s, t = %.3f, %.2f degrees of"
              + " freedom, p = %.3g%n",
          d.mean(),
          d.low(),
          d.high(),
          d.test(),
          d.t(),
          d.degreesOfFreedom(),
          d.p());
    } else if (comparison.settings().size() == 2) {
      output.println("no test: it needs two runs or more of each setting, and values that differ");
    }
  }

  private static String row(
      int name, int number, String setting, String runs, String mean, String deviation) {
    return setting
        + " ".repeat(name - setting.length())
        + right(6, runs)
        + right(number + 2, mean)
        + right(14, deviation);
  }

  private static String right(int width, String text) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private static String digits(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.5f", value);
  }
}
