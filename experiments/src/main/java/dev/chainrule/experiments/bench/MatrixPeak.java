package dev.chainrule.experiments.bench;

import dev.chainrule.core.kernel.blas.Gemm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The fastest float32 matrix product: each thread multiplies matrices of its own at several sizes,
 * all threads at once, and the highest rate over sizes and rounds is the peak.
 */
final class MatrixPeak {
  /** Rows, columns and inner size: squares, and the long thin products of a small transformer. */
  private static final int[][] SIZES = {
    {256, 256, 256},
    {384, 384, 384},
    {512, 512, 512},
    {768, 768, 768},
    {1024, 1024, 1024},
    {384, 512, 128},
    {768, 512, 128},
    {1024, 1024, 256},
    {1024, 256, 1024}
  };

  private static final int ROUNDS = 3;
  private static final double SECONDS_PER_ROUND = 0.06;
  private static final int ALIGNMENT = 64;

  private MatrixPeak() {}

  /**
   * Measures.
   *
   * @param threads how many threads multiply at once
   * @return 10⁹ floating-point operations per second, over all threads; a product of [m, k] by [k,
   *     n] counts 2·m·n·k
   */
  static double gflops(Gemm gemm, int threads) throws InterruptedException {
    double best = 0;
    for (int[] size : SIZES) {
      try (Arena arena = Arena.ofShared()) {
        List<Crew.Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          workers.add(product(gemm, arena, size[0], size[1], size[2]));
        }
        try (Crew crew = new Crew(workers)) {
          best = Math.max(best, crew.bestRate(ROUNDS, SECONDS_PER_ROUND));
        }
      }
    }
    return best * 1e-9;
  }

  /** A worker that multiplies [m, k] by [k, n] once and counts its floating-point operations. */
  static Crew.Worker product(Gemm gemm, Arena arena, int m, int n, int k) {
    long a = matrix(arena, m, k);
    long b = matrix(arena, k, n);
    long c = matrix(arena, m, n);
    double flop = 2.0 * m * n * k;
    return () -> {
      gemm.sgemm(false, false, m, n, k, 1f, a, k, b, n, 0f, c, n);
      return flop;
    };
  }

  /**
   * Small ordinary numbers: neither zeros nor subnormal ones, which some processors treat apart.
   */
  private static long matrix(Arena arena, int rows, int columns) {
    long elements = (long) rows * columns;
    MemorySegment memory = arena.allocate(elements * Float.BYTES, ALIGNMENT);
    for (long i = 0; i < elements; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (i % 17 - 8) * 0.125f);
    }
    return memory.address();
  }
}
