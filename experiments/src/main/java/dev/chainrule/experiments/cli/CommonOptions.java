package dev.chainrule.experiments.cli;

import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command has, mixed into each by {@link Verb}. */
public final class CommonOptions {
  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all randomness; the same seed gives the same result.")
  long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description =
          "Where the result goes; for a command without files of its own, the object of --json.")
  @Nullable Path out;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output, everything else on standard error.")
  boolean json;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "What computes: ${COMPLETION-CANDIDATES}.")
  EngineChoice engine = EngineChoice.AUTO;

  @Option(names = "--threads", paramLabel = "N", description = "How many threads compute.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--stacktrace", description = "On an error, print where in the code it arose.")
  boolean stacktrace;

  /** Seed of all randomness. */
  public long seed() {
    return seed;
  }

  /** Where the result goes, where the user said so. */
  public @Nullable Path out() {
    return out;
  }

  /** Whether standard output gets one JSON object and nothing else. */
  public boolean json() {
    return json;
  }

  /** The engine to compute with; never {@link EngineChoice#AUTO}. */
  public EngineChoice engine() {
    return engine == EngineChoice.AUTO ? EngineChoice.named(Engines.automatic().name()) : engine;
  }

  /** The engine itself, with these threads; who opens it closes it. */
  public Engine open() {
    return compute().open();
  }

  /** What computes. */
  public Compute compute() {
    return new Compute(engine().toString(), threads);
  }

  /** How many threads compute, at least 1. */
  public int threads() {
    return threads;
  }
}
