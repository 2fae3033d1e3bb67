package dev.chainrule.experiments.bench;

import java.util.Arrays;

/**
 * Times repeated work: it is done for a while without counting, until the JIT compiler has settled,
 * then in rounds of equal length; the result is the median of the rounds.
 *
 * @param warmUpSeconds how long the work is done without counting, and at least twice
 * @param rounds how many rounds are counted
 * @param roundSeconds length of a round, and at least one repetition
 */
record Stopwatch(double warmUpSeconds, int rounds, double roundSeconds) {
  /** For benchmarks that people read: about seven seconds each. */
  static final Stopwatch DEFAULT = new Stopwatch(3.0, 9, 0.4);

  Stopwatch {
    if (!(warmUpSeconds >= 0) || rounds < 1 || !(roundSeconds >= 0)) {
      throw new IllegalArgumentException(
          "warm-up " + warmUpSeconds + " s, " + rounds + " rounds of " + roundSeconds + " s");
    }
  }

  /** Seconds that doing the work once takes, the median over the rounds. */
  double seconds(Benchmark.Work work) throws Exception {
    long warmUpEnd = System.nanoTime() + (long) (warmUpSeconds * 1e9);
    int warmUps = 0;
    while (warmUps < 2 || System.nanoTime() < warmUpEnd) {
      work.once();
      warmUps++;
    }
    double[] seconds = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      seconds[round] = round(work);
    }
    Arrays.sort(seconds);
    int middle = rounds / 2;
    return rounds % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
  }

  private double round(Benchmark.Work work) throws Exception {
    long start = System.nanoTime();
    int times = 0;
    double elapsed;
    do {
      work.once();
      times++;
      elapsed = (System.nanoTime() - start) * 1e-9;
    } while (elapsed < roundSeconds);
    return elapsed / times;
  }
}
