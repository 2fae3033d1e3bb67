package dev.chainrule.experiments.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * How fast all threads together read memory, or compute {@code a = b + s·c} over it (STREAM's
 * triad), on arrays that no cache holds.
 */
final class MemoryBandwidth {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long TOTAL_BYTES = 768L << 20;
  private static final int ROUNDS = 5;
  private static final double SECONDS_PER_ROUND = 0.12;
  private static final int ALIGNMENT = 64;

  /** Vectors a round of the loop; on Zen 5 cores four read a fifth less than two. */
  private static final int UNROLL = 2;

  /** Where sums go, so that the compiler cannot leave the reading out. */
  private static volatile float sink;

  private MemoryBandwidth() {}

  /**
   * Reads: each thread adds up an array of its own.
   *
   * @return 10⁹ bytes per second, over all threads
   */
  static double readGigabytesPerSecond(int threads) throws InterruptedException {
    try (Arena arena = Arena.ofShared()) {
      List<Crew.Worker> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        MemorySegment array = array(arena, TOTAL_BYTES / threads);
        workers.add(
            () -> {
              sink = sum(array);
              return array.byteSize();
            });
      }
      try (Crew crew = new Crew(workers)) {
        return crew.bestRate(ROUNDS, SECONDS_PER_ROUND) * 1e-9;
      }
    }
  }

  /**
   * STREAM's triad, counted as STREAM counts it: two arrays read, one written.
   *
   * @return 10⁹ bytes per second, over all threads
   */
  static double triadGigabytesPerSecond(int threads) throws InterruptedException {
    try (Arena arena = Arena.ofShared()) {
      List<Crew.Worker> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        MemorySegment a = array(arena, TOTAL_BYTES / threads / 3);
        MemorySegment b = array(arena, a.byteSize());
        MemorySegment c = array(arena, a.byteSize());
        workers.add(
            () -> {
              triad(a, b, c);
              return 3.0 * a.byteSize();
            });
      }
      try (Crew crew = new Crew(workers)) {
        return crew.bestRate(ROUNDS, SECONDS_PER_ROUND) * 1e-9;
      }
    }
  }

  private static MemorySegment array(Arena arena, long bytes) {
    long step = (long) UNROLL * SPECIES.vectorByteSize();
    MemorySegment array = arena.allocate(bytes / step * step, ALIGNMENT);
    array.fill((byte) 1);
    return array;
  }

  private static float sum(MemorySegment array) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    int width = SPECIES.vectorByteSize();
    for (long i = 0; i < array.byteSize(); i += (long) UNROLL * width) {
      s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, array, i, ORDER));
      s1 = s1.add(FloatVector.fromMemorySegment(SPECIES, array, i + width, ORDER));
    }
    return s0.add(s1).reduceLanes(VectorOperators.ADD);
  }

  private static void triad(MemorySegment a, MemorySegment b, MemorySegment c) {
    FloatVector s = FloatVector.broadcast(SPECIES, 0.5f);
    int width = SPECIES.vectorByteSize();
    for (long i = 0; i < a.byteSize(); i += width) {
      FloatVector.fromMemorySegment(SPECIES, c, i, ORDER)
          .fma(s, FloatVector.fromMemorySegment(SPECIES, b, i, ORDER))
          .intoMemorySegment(a, i, ORDER);
    }
  }
}
