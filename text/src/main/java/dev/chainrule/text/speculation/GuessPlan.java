package dev.chainrule.text.speculation;

import java.util.Arrays;

/**
 * How many tokens are worth guessing in each of the streams of a step: as many as give the most
 * tokens in a second, by what steps and guesses have taken and how often guesses were right lately.
 * It changes when things are computed, never what. Used by one thread at a time.
 */
public final class GuessPlan {
  /** Guesses that are only looked at may take this share of the time. */
  private static final double LOOKING = 0.01;

  /** Steps before the second guess that is only looked at, if none is worth verifying. */
  private static final int FIRST_WAIT = 16;

  private final GuessBounds bounds;
  private final StepTimes times;
  private double guessNanos;
  private long lastLook;
  private int looks;

  /**
   * Before any step.
   *
   * @param bounds of the tokens guessed in a stream
   * @param mostRows of a step
   */
  public GuessPlan(GuessBounds bounds, int mostRows) {
    this.bounds = bounds;
    times = new StepTimes(mostRows);
  }

  /**
   * How many tokens to guess in each stream; 0 where a step without guesses is better.
   *
   * @param shares of guesses that come true in each stream
   * @param most tokens that there is room for in each
   * @param rows of the step without guesses
   */
  public int[] next(double[] shares, int[] most, int rows) {
    int[] depths = new int[shares.length];
    double tokens = shares.length;
    int guesses = 0;
    for (int s = 0; s < depths.length; s++) {
      int least = Math.min(Math.min(bounds.least(), most[s]), times.mostRows() - rows - guesses);
      for (int d = 1; d <= least; d++) {
        tokens += Math.pow(shares[s], d);
      }
      depths[s] = Math.max(0, least);
      guesses += depths[s];
    }
    // What guesses save is not known before a step without them, nor long after one.
    boolean measure = guesses == 0 && !times.knowUpTo(rows);
    return measure ? depths : more(shares, most, rows, depths, tokens);
  }

  /** Adds guesses, each where it is the most probable to be right; keeps what is the best rate. */
  private int[] more(double[] shares, int[] most, int rows, int[] least, double tokens) {
    int[] depths = least.clone();
    int[] best = least;
    int guesses = Arrays.stream(depths).sum();
    double sum = tokens;
    double bestRate = rate(sum, rows, guesses);
    while (rows + guesses < times.mostRows()) {
      int stream = -1;
      double chance = 0;
      for (int s = 0; s < depths.length; s++) {
        double right = Math.pow(shares[s], depths[s] + 1.0);
        if (depths[s] < Math.min(bounds.most(), most[s]) && right > chance) {
          stream = s;
          chance = right;
        }
      }
      if (stream < 0) {
        break;
      }
      depths[stream]++;
      guesses++;
      sum += chance;
      double rate = rate(sum, rows, guesses);
      if (rate > bestRate) {
        bestRate = rate;
        best = depths.clone();
      }
    }
    return best;
  }

  private double rate(double tokens, int rows, int guesses) {
    return tokens / (times.of(rows + guesses) + guesses * guessNanos);
  }

  /**
   * Whether a guess is worth making only to see whether it comes true. The first ones run before
   * the machine code is there, and say little of what guesses cost: some more are made in any case.
   */
  public boolean look() {
    long waited = times.steps() - lastLook;
    return guessNanos <= LOOKING * times.of(1) * waited
        || (looks < Integer.SIZE && waited >= (long) FIRST_WAIT << looks);
  }

  /** A step took so long. */
  public void stepped(int rows, long nanos) {
    times.stepped(rows, nanos);
  }

  /** Guessing so many tokens took so long. */
  public void guessed(int tokens, long nanos) {
    lastLook = times.steps();
    looks++;
    double each = (double) nanos / Math.max(1, tokens);
    // What took long once may have waited for the compiler.
    guessNanos = each < guessNanos ? each : StepTimes.mean(guessNanos, each);
  }
}
