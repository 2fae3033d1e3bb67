package dev.chainrule.experiments.bench;

import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import org.jspecify.annotations.Nullable;

/**
 * Something whose speed is worth stating. A name never changes, so that figures can be compared
 * over time: module, what is done, shapes, for instance {@code text.train.B12T64C128L4H4}.
 */
public interface Benchmark {
  /** The stable name. */
  String name();

  /** Makes everything that the measured work needs; none of it counts. */
  Work prepare(Setup setup) throws Exception;

  /**
   * What computes.
   *
   * @param engine name of the engine
   * @param threads how many threads the work may use
   * @param seed seed of weights and data
   */
  record Setup(String engine, int threads, long seed) {
    /** The engine; who opens it closes it. */
    Engine open() {
      return Engines.open(engine, threads);
    }
  }

  /** Work that can be repeated. */
  interface Work extends AutoCloseable {
    /**
     * Does the work again and again, until {@code laps.done()}, and calls {@code laps.lap()} after
     * each time.
     */
    void repeat(Laps laps) throws Exception;

    /** What doing it once costs. */
    Cost cost();

    /** The same work in another library, where there is a script for it. */
    default @Nullable Peer peer() {
      return null;
    }

    /** The same work in llama.cpp, where it can do it. */
    default @Nullable LlamaBench llama() {
      return null;
    }

    /** Gives memory and threads back. */
    @Override
    default void close() {}
  }

  /**
   * What doing the work once costs. What limits the work decides which ceiling it is held against:
   * memory if {@code bytes} is not 0, else arithmetic if {@code flop} is not 0.
   *
   * @param flop floating-point operations, 0 if they do not matter
   * @param bytes bytes that must be read from memory at least, 0 if arithmetic is the limit
   * @param elements elements handled (tokens, pixels, samples), for the rate
   */
  record Cost(double flop, double bytes, double elements) {
    /** For work limited by arithmetic. */
    public static Cost arithmetic(double flop, double elements) {
      return new Cost(flop, 0, elements);
    }

    /** For work limited by reading memory. */
    public static Cost memory(double flop, double bytes, double elements) {
      return new Cost(flop, bytes, elements);
    }
  }
}
