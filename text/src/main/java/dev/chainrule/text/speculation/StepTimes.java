package dev.chainrule.text.speculation;

/** What steps of the model have taken, by their number of rows. */
final class StepTimes {
  /** Of what a mean knows, the share that a new number replaces. */
  private static final double NEW = 0.2;

  /**
   * Steps after which what one of so many rows took is forgotten, at first: what was slow once may
   * have waited for the compiler.
   */
  private static final int YOUNG = 2;

  /** The same after it was measured some times: a processor is never the same. */
  private static final int OLD = 200;

  /** What share of a step a row more is taken to cost where steps of one size alone are known. */
  private static final double MORE = 0.1;

  /** [rows] nanoseconds, 0 where not known. */
  private final double[] nanos;

  /** [rows] the step that was the last of so many, and how many there were. */
  private final long[] known;

  private final int[] counts;
  private long steps;

  StepTimes(int mostRows) {
    nanos = new double[mostRows + 1];
    known = new long[mostRows + 1];
    counts = new int[mostRows + 1];
  }

  long steps() {
    return steps;
  }

  int mostRows() {
    return nanos.length - 1;
  }

  /** Whether any step of as many rows, or of fewer, is known. */
  boolean knowUpTo(int rows) {
    return below(rows) > 0;
  }

  private int below(int rows) {
    int below = rows;
    while (below > 0 && nanos[below] == 0) {
      below--;
    }
    return below;
  }

  /** What a row more than the most that are known costs: as each did up to there. */
  private double rowNanos(int most) {
    int least = 1;
    while (nanos[least] == 0) {
      least++;
    }
    return least == most
        ? MORE * nanos[most]
        : Math.max(0, (nanos[most] - nanos[least]) / (most - least));
  }

  /** Of as many rows: between what fewer and more are known to take, else in proportion. */
  double of(int rows) {
    int below = below(rows);
    int above = rows;
    while (above < nanos.length && nanos[above] == 0) {
      above++;
    }
    if (below == 0) {
      return above == nanos.length ? 1 : nanos[above];
    }
    if (above == nanos.length) {
      return nanos[below] + (rows - below) * rowNanos(below);
    }
    if (above == below) {
      return nanos[below];
    }
    double part = (double) (rows - below) / (above - below);
    return nanos[below] + part * (nanos[above] - nanos[below]);
  }

  /** A step took so long. */
  void stepped(int rows, long took) {
    steps++;
    nanos[rows] = mean(nanos[rows], (double) took);
    known[rows] = steps;
    counts[rows]++;
    for (int r = 1; r < known.length; r++) {
      if (nanos[r] > 0
          && steps - known[r] > Math.min(OLD, (long) YOUNG << Math.min(counts[r] - 1, 7))) {
        nanos[r] = 0;
      }
    }
  }

  static double mean(double before, double now) {
    return before == 0 ? now : before + NEW * (now - before);
  }
}
