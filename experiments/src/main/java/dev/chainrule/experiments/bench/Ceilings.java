package dev.chainrule.experiments.bench;

import dev.chainrule.core.kernel.blas.Gemm;

/**
 * What this machine can do at most: the yardsticks of every benchmark.
 *
 * @param sgemmGflops fastest float32 matrix product, 10⁹ floating-point operations per second, all
 *     threads at once
 * @param memoryGbPerSecond 10⁹ bytes per second read from memory, all threads at once
 */
public record Ceilings(double sgemmGflops, double memoryGbPerSecond) {
  /**
   * Measures both; takes about four seconds.
   *
   * @param threads how many threads compute at once
   */
  public static Ceilings measure(int threads) throws InterruptedException {
    return new Ceilings(sgemmGflops(threads), MemoryBandwidth.readGigabytesPerSecond(threads));
  }

  /** The fastest float32 matrix product of any library here, 10⁹ operations per second. */
  public static double sgemmGflops(int threads) throws InterruptedException {
    double best = 0;
    for (Gemm gemm : Gemm.available()) {
      best = Math.max(best, MatrixPeak.gflops(gemm, threads));
    }
    return best;
  }

  /** STREAM's triad on some threads, 10⁹ bytes per second. */
  public static double triadGbPerSecond(int threads) throws InterruptedException {
    return MemoryBandwidth.triadGigabytesPerSecond(threads);
  }
}
