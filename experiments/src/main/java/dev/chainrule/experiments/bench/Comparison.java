package dev.chainrule.experiments.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A benchmark in runs of an old and of a new program.
 *
 * @param name of the benchmark
 * @param old what the old program took
 * @param now what the new one took
 * @param ratio the new median over the old one: above 1 is slower
 * @param chance how probable it is that all runs of the one are slower than all of the other, in
 *     this direction, when nothing has changed
 * @param apart whether they are: whether the spreads do not overlap
 */
record Comparison(String name, Spread old, Spread now, double ratio, double chance, boolean apart) {
  /**
   * Times of one program, in milliseconds.
   *
   * @param runs how many
   * @param relative (slowest - fastest) / median: how far runs of one program lie apart
   */
  record Spread(int runs, double fastest, double median, double slowest, double relative) {
    static Spread of(List<Double> milliseconds) {
      double[] sorted = milliseconds.stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      double fastest = sorted[0];
      double slowest = sorted[sorted.length - 1];
      return new Spread(sorted.length, fastest, median, slowest, (slowest - fastest) / median);
    }
  }

  /** What became of a benchmark. */
  enum Verdict {
    /** Slower than the threshold allows, and in every run. */
    SLOWER,
    /** Faster by more than the threshold, and in every run. */
    FASTER,
    /** The medians differ by more than the threshold, but runs of both overlap. */
    NOISE,
    /** Within the threshold. */
    SAME
  }

  static Comparison of(String name, List<Double> old, List<Double> now) {
    Spread before = Spread.of(old);
    Spread after = Spread.of(now);
    double ratio = after.median() / before.median();
    boolean apart =
        ratio > 1
            ? Collections.min(now) > Collections.max(old)
            : Collections.max(now) < Collections.min(old);
    return new Comparison(name, before, after, ratio, chance(old.size(), now.size()), apart);
  }

  /**
   * What to make of it.
   *
   * @param threshold relative change of the median that is allowed, for instance 0.05
   */
  Verdict verdict(double threshold) {
    boolean slower = ratio > 1 + threshold;
    boolean faster = ratio < 1 / (1 + threshold);
    if (!slower && !faster) {
      return Verdict.SAME;
    }
    if (!apart) {
      return Verdict.NOISE;
    }
    return slower ? Verdict.SLOWER : Verdict.FASTER;
  }

  /** Of all orders of n + m equal runs, those in which the m come last: n! m! / (n + m)!. */
  private static double chance(int n, int m) {
    double chance = 1;
    for (int i = 1; i <= m; i++) {
      chance *= (double) i / (n + i);
    }
    return chance;
  }
}
