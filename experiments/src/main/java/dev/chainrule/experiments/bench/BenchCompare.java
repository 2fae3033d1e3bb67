package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Verb;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule bench compare}. */
@Command(
    name = "compare",
    description =
        "Hold runs of bench against earlier ones: for each benchmark the medians, how far runs of"
            + " one program lie apart, and the ratio. Ends with exit code 1 if one has become"
            + " slower: its median by more than --threshold, and every new run slower than every"
            + " old one.")
final class BenchCompare extends Verb {
  private static final double MACHINES_DIFFER = 1.1;
  private static final int RUNS_TO_TELL = 3;

  @Parameters(
      index = "0",
      paramLabel = "OLD",
      description = "What bench --out wrote: a file, or a folder with those of several runs.")
  Path old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The same of the newer program.")
  Path now;

  @Option(
      names = "--threshold",
      paramLabel = "PERCENT",
      description = "How much slower the median of a benchmark may be.")
  double threshold = 5;

  private int slower;

  /** What {@code --json} prints. */
  record Report(
      double thresholdPercent,
      List<Row> results,
      List<String> onlyOld,
      List<String> onlyNew,
      int slower,
      double falseAlarms) {}

  /** A line of the table. */
  record Row(Comparison.Verdict verdict, Comparison comparison) {}

  @Override
  protected Object run() throws Exception {
    if (!(threshold >= 0 && threshold < 1000)) {
      throw badOption("--threshold", threshold, "per cent from 0 to below 1000");
    }
    BenchRuns before = BenchRuns.read(old);
    BenchRuns after = BenchRuns.read(now);
    List<Row> rows = new ArrayList<>();
    before
        .milliseconds()
        .forEach(
            (name, times) -> {
              List<Double> newer = after.milliseconds().get(name);
              if (newer != null) {
                Comparison comparison = Comparison.of(name, times, newer);
                rows.add(new Row(comparison.verdict(threshold / 100), comparison));
              }
            });
    if (rows.isEmpty()) {
      throw new InputException(
          "%s and %s have no benchmark in common, expected at least one".formatted(old, now));
    }
    List<String> onlyOld = missing(before, after);
    List<String> onlyNew = missing(after, before);
    double falseAlarms = rows.stream().mapToDouble(row -> row.comparison().chance()).sum();
    slower = (int) rows.stream().filter(r -> r.verdict() == Comparison.Verdict.SLOWER).count();
    print(before, after, rows);
    onlyOld.forEach(name -> output().println("only in the old runs: " + name));
    onlyNew.forEach(name -> output().println("only in the new runs: " + name));
    output()
        .printf(
            Locale.ROOT,
            "%d of %d slower by more than %s %%; of equal programs, %.2f would be so by chance if"
                + " all differed by that much%n",
            slower,
            rows.size(),
            Double.toString(threshold),
            falseAlarms);
    return new Report(threshold, rows, onlyOld, onlyNew, slower, falseAlarms);
  }

  @Override
  protected int exitCode() {
    return slower > 0 ? 1 : 0;
  }

  private static List<String> missing(BenchRuns from, BenchRuns in) {
    return from.milliseconds().keySet().stream()
        .filter(name -> !in.milliseconds().containsKey(name))
        .toList();
  }

  private void print(BenchRuns before, BenchRuns after, List<Row> rows) {
    double oldPeak = Comparison.Spread.of(before.sgemmGflops()).median();
    double newPeak = Comparison.Spread.of(after.sgemmGflops()).median();
    output()
        .printf(
            Locale.ROOT,
            "old: %d runs, float32 product %.0f GFLOP/s; new: %d runs, %.0f GFLOP/s%n",
            before.files(),
            oldPeak,
            after.files(),
            newPeak);
    if (Math.max(oldPeak, newPeak) > MACHINES_DIFFER * Math.min(oldPeak, newPeak)) {
      output().println("The machine was not the same: its own ceiling differs by more than 10 %.");
    }
    if (Math.min(before.files(), after.files()) < RUNS_TO_TELL) {
      output()
          .println(
              "With fewer than 3 runs a side the noise is not known: a ratio may be chance alone.");
    }
    output()
        .printf(
            "%-46s %12s %7s %12s %7s %7s%n", "", "old ms", "spread", "new ms", "spread", "ratio");
    for (Row row : rows) {
      Comparison c = row.comparison();
      output()
          .printf(
              Locale.ROOT,
              "%-46s %12.3f %7s %12.3f %7s %7.3f  %s%n",
              c.name(),
              c.old().median(),
              spread(c.old()),
              c.now().median(),
              spread(c.now()),
              c.ratio(),
              words(row));
    }
  }

  private static String spread(Comparison.Spread spread) {
    return spread.runs() == 1
        ? "1 run"
        : String.format(Locale.ROOT, "%.1f %%", 100 * spread.relative());
  }

  private static String words(Row row) {
    return switch (row.verdict()) {
      case SLOWER ->
          String.format(Locale.ROOT, "slower (by chance: %.2g)", row.comparison().chance());
      case FASTER ->
          String.format(Locale.ROOT, "faster (by chance: %.2g)", row.comparison().chance());
      case NOISE -> "within the noise: runs overlap";
      case SAME -> "";
    };
  }
}
