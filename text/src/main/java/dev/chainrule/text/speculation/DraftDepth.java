package dev.chainrule.text.speculation;

/**
 * How many tokens are worth guessing: as many as give the most tokens in a second, by what steps
 * and guesses have taken and how often guesses were right lately. It changes when things are
 * computed, never what.
 */
final class DraftDepth {
  /** Of what a mean knows, the share that a new number replaces. */
  private static final double NEW = 0.2;

  /** What share of the right and wrong guesses of before a step leaves. */
  private static final double KEPT = 0.95;

  /**
   * Steps after which what one of so many rows took is forgotten: a processor is never the same.
   */
  private static final int OLD = 200;

  /** Guesses that are only looked at may take this share of the time. */
  private static final double LOOKING = 0.01;

  /** What share of a step a row more is taken to cost before any had more. */
  private static final double MORE = 0.1;

  /** Steps before the second guess that is only looked at, if none is worth verifying. */
  private static final int FIRST_WAIT = 16;

  private final int least;
  private final int most;

  /** [rows] nanoseconds, 0 where not known. */
  private final double[] stepNanos;

  private final long[] known;
  private long steps;
  private double guessNanos;
  private double right = 1;
  private double wrong = 1;
  private long lastLook;
  private int looks;

  /**
   * For steps of some rows.
   *
   * @param least tokens guessed at once, whether that pays or not
   * @param most tokens guessed at once
   * @param rows of a step, at most
   */
  DraftDepth(int least, int most, int rows) {
    this.least = least;
    this.most = most;
    stepNanos = new double[rows + 1];
    known = new long[rows + 1];
  }

  /**
   * How many tokens to guess in each of some streams; 0 if a step by itself is better.
   *
   * @param streams that are stepped together
   */
  int next(int streams) {
    double share = right / (right + wrong);
    int best = least;
    double bestRate = 0;
    double tokens = 0;
    double all = 1;
    for (int depth = 0; depth <= most && streams * (depth + 1) < stepNanos.length; depth++) {
      tokens += all;
      all *= share;
      double nanos = stepNanos(streams * (depth + 1)) + streams * depth * guessNanos;
      double rate = tokens / nanos;
      if (depth >= least && rate > bestRate) {
        bestRate = rate;
        best = depth;
      }
    }
    return best;
  }

  /**
   * Whether a guess is worth making only to see whether it comes true. The first ones run before
   * the machine code is there, and say little of what guesses cost: some more are made in any case.
   */
  boolean look() {
    long waited = steps - lastLook;
    return guessNanos <= LOOKING * stepNanos(1) * waited
        || (looks < Integer.SIZE && waited >= (long) FIRST_WAIT << looks);
  }

  /** Of as many rows: between what fewer and more are known to take, else a little more. */
  private double stepNanos(int rows) {
    int below = rows;
    while (below > 0 && stepNanos[below] == 0) {
      below--;
    }
    int above = rows;
    while (above < stepNanos.length && stepNanos[above] == 0) {
      above++;
    }
    if (below == 0) {
      return above == stepNanos.length ? 1 : stepNanos[above];
    }
    if (above == stepNanos.length) {
      return stepNanos[below] * (1 + MORE * (rows - below));
    }
    if (above == below) {
      return stepNanos[below];
    }
    double part = (double) (rows - below) / (above - below);
    return stepNanos[below] + part * (stepNanos[above] - stepNanos[below]);
  }

  /** A step took so long. */
  void stepped(int rows, long nanos) {
    steps++;
    stepNanos[rows] = mean(stepNanos[rows], (double) nanos);
    known[rows] = steps;
    for (int r = 0; r < known.length; r++) {
      if (steps - known[r] > OLD) {
        stepNanos[r] = 0;
      }
    }
  }

  /** Guessing so many tokens took so long. */
  void guessed(int tokens, long nanos) {
    lastLook = steps;
    looks++;
    double each = (double) nanos / Math.max(1, tokens);
    // What took long once may have waited for the compiler.
    guessNanos = each < guessNanos ? each : mean(guessNanos, each);
  }

  private static double mean(double before, double now) {
    return before == 0 ? now : before + NEW * (now - before);
  }

  /** Of the tokens that were guessed so many came true. */
  void judged(int guessed, int accepted) {
    right = KEPT * right + accepted;
    wrong = KEPT * wrong + (accepted < guessed ? 1 : 0);
  }
}
