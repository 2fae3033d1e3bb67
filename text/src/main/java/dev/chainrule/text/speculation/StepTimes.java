package dev.chainrule.text.speculation;

/** What steps of the model have taken, by their number of rows. */
final class StepTimes {
  /** Of what a mean knows, the share that a new number replaces. */
  private static final double NEW = 0.2;

  /**
   * Steps after which what one of so many rows took is forgotten: a processor is never the same.
   */
  private static final int OLD = 200;

  /** What share of a step a row more is taken to cost before any had more. */
  private static final double MORE = 0.1;

  /** [rows] nanoseconds, 0 where not known. */
  private final double[] nanos;

  private final long[] known;
  private long steps;

  StepTimes(int mostRows) {
    nanos = new double[mostRows + 1];
    known = new long[mostRows + 1];
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

  /** Of as many rows: between what fewer and more are known to take, else a little more. */
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
      return nanos[below] * (1 + MORE * (rows - below));
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
    for (int r = 0; r < known.length; r++) {
      if (steps - known[r] > OLD) {
        nanos[r] = 0;
      }
    }
  }

  static double mean(double before, double now) {
    return before == 0 ? now : before + NEW * (now - before);
  }
}
