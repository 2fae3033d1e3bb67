package dev.chainrule.core.engine;

/**
 * What computes, named: nothing is opened by it.
 *
 * @param engine one of {@link Engines#NAMES}
 * @param threads of the processor that it may use, at least 1
 */
public record Compute(String engine, int threads) {
  public Compute {
    if (!Engines.NAMES.contains(engine)) {
      throw new IllegalArgumentException(
          "the engine is '%s', expected one of %s"
              .formatted(engine, String.join(", ", Engines.NAMES)));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads %d, expected 1 or more".formatted(threads));
    }
  }

  /** The fastest engine that this machine can run, on all its processors. */
  public static Compute automatic() {
    return new Compute("auto", Runtime.getRuntime().availableProcessors());
  }

  /** The engine; who opens it closes it. */
  public Engine open() {
    return Engines.open(engine, threads);
  }
}
