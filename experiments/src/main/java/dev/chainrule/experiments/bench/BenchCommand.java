package dev.chainrule.experiments.bench;

import dev.chainrule.experiments.cli.CommonOptions;
import dev.chainrule.experiments.cli.Verb;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule bench}: this machine's ceilings, then each benchmark as a share of them. */
@Command(
    name = "bench",
    description = "Measure speed, as a share of what this machine can do at most.",
    subcommands = {BenchCompare.class, BenchPeers.class})
public final class BenchCommand extends Verb {
  @Option(
      names = "--only",
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "Run the benchmarks whose names begin so, for instance text.train.")
  String only;

  @Option(
      names = "--exactly",
      description = "Run the one benchmark whose whole name is what --only says.")
  boolean exactly;

  @Option(
      names = "--shuffled",
      paramLabel = "N",
      description =
          "Check that speed does not depend on what ran before: each benchmark alone in a JVM of"
              + " its own, then all in this one, in N orders drawn by --seed; fails if one takes"
              + " over 1.3 times as long as alone.")
  @Nullable Integer shuffled;

  @Option(names = "--list", description = "Print the names of the benchmarks and run none.")
  boolean list;

  @Option(
      names = "--peers",
      paramLabel = "PYTHON",
      description =
          "Run the same work in other libraries too, with this Python, which has what"
              + " experiments/peers/requirements.txt asks for.")
  @Nullable Path peers;

  @Option(
      names = "--llama-bench",
      paramLabel = "PROGRAM",
      description =
          "Decode and read prompts in llama.cpp too, on files of the same weights, with this"
              + " program of it.")
  @Nullable Path llamaBench;

  /** What {@code --json} prints. */
  record Report(@Nullable Ceilings ceilings, List<Result> results) {}

  /** One benchmark's figures; a figure that makes no sense for it is null. */
  record Result(
      String name,
      double milliseconds,
      @Nullable Double gflops,
      @Nullable Double shareOfPeak,
      @Nullable Double shareOfBandwidth,
      double perSecond,
      Peer.@Nullable Result peer) {
    static Result of(String name, double seconds, Benchmark.Cost cost, Ceilings ceilings) {
      double gflops = cost.flop() / seconds * 1e-9;
      boolean memoryBound = cost.bytes() > 0;
      boolean arithmeticBound = !memoryBound && cost.flop() > 0;
      double gigabytes = cost.bytes() / seconds * 1e-9;
      return new Result(
          name,
          seconds * 1e3,
          cost.flop() > 0 ? gflops : null,
          arithmeticBound ? gflops / ceilings.sgemmGflops() : null,
          memoryBound ? gigabytes / ceilings.memoryGbPerSecond() : null,
          cost.elements() / seconds,
          null);
    }

    Result beside(Peer.Result other) {
      return new Result(
          name, milliseconds, gflops, shareOfPeak, shareOfBandwidth, perSecond, other);
    }

    String peerRow() {
      return peer == null
          ? ""
          : String.format(
              Locale.ROOT,
              "  %-34s %10.3f  (%.2f times ours)",
              peer.setting(),
              peer.milliseconds(),
              peer.milliseconds() / milliseconds);
    }

    String row() {
      String share = "";
      if (shareOfPeak != null) {
        share = String.format(Locale.ROOT, "%5.1f %% of peak", 100 * shareOfPeak);
      } else if (shareOfBandwidth != null) {
        share = String.format(Locale.ROOT, "%5.1f %% of bandwidth", 100 * shareOfBandwidth);
      }
      String rate = gflops == null ? "" : String.format(Locale.ROOT, "%.1f", gflops);
      return String.format(
          Locale.ROOT, "%-36s %10.3f %9s %14.1f  %s", name, milliseconds, rate, perSecond, share);
    }
  }

  @Override
  protected Object run() throws Exception {
    List<Benchmark> chosen = chosen();
    if (list) {
      chosen.forEach(benchmark -> output().println(benchmark.name()));
      return new Report(null, List.of());
    }
    if (shuffled != null) {
      return shuffled(chosen, shuffled);
    }
    int threads = common().threads();
    Ceilings ceilings = Ceilings.measure(threads);
    output()
        .printf(
            Locale.ROOT,
            "Ceilings of this machine, %d threads: float32 product %.0f GFLOP/s, memory %.1f"
                + " GB/s%n",
            threads,
            ceilings.sgemmGflops(),
            ceilings.memoryGbPerSecond());
    output().printf("%-36s %10s %9s %14s%n", "", "ms", "GFLOP/s", "elements/s");
    List<Result> results = new ArrayList<>();
    for (Benchmark benchmark : chosen) {
      Result result = measure(benchmark, ceilings);
      if (result == null) {
        break;
      }
      results.add(result);
    }
    return new Report(ceilings, results);
  }

  private ShuffledOrders.Report shuffled(List<Benchmark> chosen, int orders) throws Exception {
    if (orders < 1) {
      throw badOption("--shuffled", orders, "a whole number from 1");
    }
    ShuffledOrders check =
        new ShuffledOrders(this::alone, this::here, output(), this::stopRequested);
    return check.run(chosen, orders, common().seed());
  }

  /** Milliseconds of a benchmark in a JVM of its own. */
  private double alone(Benchmark benchmark) throws Exception {
    CommonOptions options = common();
    return OwnJvm.milliseconds(
        List.of(
            "bench",
            "--only=" + benchmark.name(),
            "--exactly",
            "--json",
            "--engine=" + options.engine(),
            "--threads=" + options.threads(),
            "--seed=" + options.seed()));
  }

  /** Milliseconds of a benchmark in this JVM; empty if the user stopped before its end. */
  private OptionalDouble here(Benchmark benchmark) throws Exception {
    try (Benchmark.Work work = benchmark.prepare(setup())) {
      Laps laps = new Laps(Laps.Plan.DEFAULT, this::stopRequested);
      work.repeat(laps);
      OptionalDouble seconds = laps.seconds();
      return seconds.isEmpty() ? seconds : OptionalDouble.of(1e3 * seconds.getAsDouble());
    }
  }

  private Benchmark.Setup setup() {
    CommonOptions options = common();
    return new Benchmark.Setup(options.engine().toString(), options.threads(), options.seed());
  }

  /** One benchmark, or null if the user stopped before its end. */
  private @Nullable Result measure(Benchmark benchmark, Ceilings ceilings) throws Exception {
    try (Benchmark.Work work = benchmark.prepare(setup())) {
      Laps laps = new Laps(Laps.Plan.DEFAULT, this::stopRequested);
      work.repeat(laps);
      OptionalDouble seconds = laps.seconds();
      if (seconds.isEmpty()) {
        return null;
      }
      Result result = Result.of(benchmark.name(), seconds.getAsDouble(), work.cost(), ceilings);
      output().println(result.row());
      Peer peer = work.peer();
      if (peers != null && peer != null) {
        result = result.beside(peer.run(peers, common().threads()));
        output().println(result.peerRow());
      }
      LlamaBench llama = work.llama();
      if (llamaBench != null && llama != null) {
        result = result.beside(llama.run(llamaBench, common().threads()));
        output().println(result.peerRow());
      }
      return result;
    }
  }

  private List<Benchmark> chosen() {
    List<Benchmark> all = Benchmarks.all();
    List<Benchmark> chosen =
        all.stream()
            .filter(b -> exactly ? b.name().equals(only) : b.name().startsWith(only))
            .toList();
    if (chosen.isEmpty()) {
      String names = all.stream().map(Benchmark::name).collect(Collectors.joining(", "));
      throw badOption("--only", only, (exactly ? "one of " : "the beginning of one of ") + names);
    }
    return chosen;
  }
}
