package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule bench peers}. */
@Command(
    name = "peers",
    description =
        "The same work in other libraries, right after ours: from the same weights, on the same"
            + " data, in float32 or the same blocks, on as many threads. What is installed is run,"
            + " as experiments/peers/install leaves it, and what is not is said to be absent. What"
            + " fails, or begins with another result than ours, is said too; the rest goes on, and"
            + " the exit code is 1.")
final class BenchPeers extends Verb {
  @Option(
      names = "--only",
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "Run the benchmarks whose names begin so, for instance text.train.")
  String only;

  @Option(names = "--list", description = "Print which libraries are installed, and run nothing.")
  boolean list;

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description = "A Python with the libraries, in place of that of experiments/peers/env.")
  @Nullable Path python;

  @Option(
      names = "--llama-bench",
      paramLabel = "PROGRAM",
      description = "llama.cpp's llama-bench, where it is not in PATH.")
  @Nullable Path llamaBench;

  private boolean failed;

  /** What {@code --json} prints. */
  record Report(
      @Nullable Ceilings ceilings, Map<String, @Nullable String> installed, List<Row> results) {}

  /** A benchmark, and what others took for the same. */
  record Row(
      BenchCommand.Result ours, List<Other> others, List<String> absent, List<String> failed) {
    Row(BenchCommand.Result ours) {
      this(ours, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(String library, Peer.Result result) {
      others.add(
          new Other(
              library,
              result.setting(),
              result.milliseconds(),
              result.milliseconds() / ours.milliseconds()));
    }
  }

  /** Work of another library, which may fail. */
  private interface Attempt {
    void run() throws IOException, InterruptedException;
  }

  /** Another library. */
  record Other(String library, String setting, double milliseconds, double timesOurs) {}

  @Override
  protected Object run() throws Exception {
    Path folder = Path.of(System.getProperty("chainrule.home", "."), "experiments", "peers");
    requireProgram("--python", python);
    requireProgram("--llama-bench", llamaBench);
    PeerLibraries libraries = PeerLibraries.find(folder, python, llamaBench);
    libraries
        .versions()
        .forEach(
            (name, version) ->
                output().printf("%-20s %s%n", name, version == null ? "absent" : version));
    if (list) {
      return new Report(null, libraries.versions(), List.of());
    }
    List<Benchmark> chosen =
        Benchmarks.all().stream().filter(b -> b.name().startsWith(only)).toList();
    if (chosen.isEmpty()) {
      throw badOption("--only", only, "the beginning of a name that bench --list prints");
    }
    if (libraries.absent().size() == libraries.versions().size()) {
      throw new InputException(
          "no other library is installed, expected at least one of "
              + String.join(", ", libraries.versions().keySet())
              + "; experiments/peers/install installs them");
    }
    Ceilings ceilings = Ceilings.measure(common().threads());
    output()
        .printf(
            Locale.ROOT,
            "Ceilings of this machine, %d threads: float32 product %.0f GFLOP/s, memory %.1f"
                + " GB/s%n",
            common().threads(),
            ceilings.sgemmGflops(),
            ceilings.memoryGbPerSecond());
    output().printf("%-36s %-40s %12s %s%n", "", "", "ms", "times ours");
    List<Row> rows = new ArrayList<>();
    for (Benchmark benchmark : chosen) {
      if (stopRequested()) {
        break;
      }
      Row row = row(benchmark, libraries, ceilings);
      if (row != null) {
        rows.add(row);
      }
    }
    return new Report(ceilings, libraries.versions(), rows);
  }

  private void requireProgram(String option, @Nullable Path program) {
    if (program != null && (!Files.isExecutable(program) || Files.isDirectory(program))) {
      throw badOption(option, program, "a program that can be run");
    }
  }

  /** Null where no other library does this work, or the user stopped. */
  private @Nullable Row row(Benchmark benchmark, PeerLibraries libraries, Ceilings ceilings)
      throws Exception {
    Benchmark.Setup setup =
        new Benchmark.Setup(common().engine().toString(), common().threads(), common().seed());
    try (Benchmark.Work work = benchmark.prepare(setup)) {
      Peer peer = work.peer();
      LlamaBench llama = work.llama();
      if (peer == null && llama == null) {
        return null;
      }
      Laps laps = new Laps(Laps.Plan.DEFAULT, this::stopRequested);
      work.repeat(laps);
      OptionalDouble seconds = laps.seconds();
      if (seconds.isEmpty()) {
        return null;
      }
      BenchCommand.Result ours =
          BenchCommand.Result.of(benchmark.name(), seconds.getAsDouble(), work.cost(), ceilings);
      print(benchmark.name(), "ours", ours.milliseconds(), "");
      Row row = new Row(ours);
      if (peer != null) {
        addScript(peer, libraries, row);
      }
      if (llama != null) {
        addLlama(llama, libraries, row);
      }
      for (Other other : row.others()) {
        String ratio = String.format(Locale.ROOT, "%.2f", other.timesOurs());
        print("", other.setting(), other.milliseconds(), ratio);
      }
      row.absent().forEach(name -> output().printf("%-36s %-40s %12s%n", "", name, "absent"));
      row.failed().forEach(sentence -> output().printf("%-36s failed: %s%n", "", sentence));
      failed |= !row.failed().isEmpty();
      return row;
    }
  }

  private static void attempt(Row row, Attempt work) throws IOException, InterruptedException {
    try {
      work.run();
    } catch (InputException e) {
      row.failed().add(String.valueOf(e.getMessage()));
    }
  }

  private void addScript(Peer peer, PeerLibraries libraries, Row row)
      throws IOException, InterruptedException {
    int threads = common().threads();
    Path interpreter = libraries.python();
    for (String library : peer.libraries()) {
      if (interpreter == null || !libraries.has(library)) {
        row.absent().add(library);
      }
    }
    if (interpreter != null && row.absent().size() < peer.libraries().size()) {
      attempt(
          row,
          () -> {
            for (Peer.Result result : peer.all(interpreter, threads)) {
              row.add(Peer.library(result.setting()), result);
            }
          });
    }
  }

  private void addLlama(LlamaBench llama, PeerLibraries libraries, Row row)
      throws IOException, InterruptedException {
    int threads = common().threads();
    Path program = libraries.llamaBench();
    if (program == null) {
      row.absent().add(PeerLibraries.LLAMA_BENCH);
    } else {
      attempt(row, () -> row.add(PeerLibraries.LLAMA_BENCH, llama.run(program, threads)));
    }
    Path interpreter = libraries.python();
    for (String library : List.of(PeerLibraries.LLAMA, PeerLibraries.IK_LLAMA)) {
      if (interpreter == null || !libraries.has(library)) {
        row.absent().add(library);
      } else {
        attempt(row, () -> row.add(library, llama.run(interpreter, library, threads)));
      }
    }
  }

  @Override
  protected int exitCode() {
    return failed ? 1 : 0;
  }

  private void print(String name, String who, double milliseconds, String ratio) {
    output().printf(Locale.ROOT, "%-36s %-40s %12.3f %10s%n", name, who, milliseconds, ratio);
  }
}
