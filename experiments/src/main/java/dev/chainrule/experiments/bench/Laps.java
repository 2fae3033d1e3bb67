package dev.chainrule.experiments.bench;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * Times work that is repeated until {@link #done}: whoever does it calls {@link #lap} after each
 * repetition. For a while repetitions do not count, until the JIT compiler has settled; then they
 * are gathered into rounds of equal length, and the result is the median of the rounds.
 */
public final class Laps {
  /**
   * How long to measure.
   *
   * @param warmUpSeconds how long repetitions do not count, and at least twice
   * @param rounds how many rounds count
   * @param roundSeconds length of a round, and at least one repetition
   */
  public record Plan(double warmUpSeconds, int rounds, double roundSeconds) {
    /** For figures that people read: about eight seconds a benchmark. */
    public static final Plan DEFAULT = new Plan(4.0, 9, 0.4);

    public Plan {
      if (!(warmUpSeconds >= 0) || rounds < 1 || !(roundSeconds >= 0)) {
        throw new IllegalArgumentException(
            "warm-up %s s, %d rounds of %s s, expected at least 0, 1 and 0"
                .formatted(warmUpSeconds, rounds, roundSeconds));
      }
    }
  }

  private static final int LEAST_WARM_UPS = 2;

  private final Plan plan;
  private final BooleanSupplier stop;
  private final double[] roundMeans;
  private final long begun = System.nanoTime();
  private int warmUps;
  private boolean warm;
  private int rounds;
  private long roundBegun;
  private int lapsInRound;

  /**
   * Begins to measure.
   *
   * @param stop true once the user wants no more
   */
  public Laps(Plan plan, BooleanSupplier stop) {
    this.plan = plan;
    this.stop = stop;
    this.roundMeans = new double[plan.rounds()];
  }

  /** Whether there is nothing more to do. */
  public boolean done() {
    return rounds == plan.rounds() || stop.getAsBoolean();
  }

  /** The work was done once more. */
  public void lap() {
    long now = System.nanoTime();
    if (!warm) {
      warmUps++;
      warm = warmUps >= LEAST_WARM_UPS && (now - begun) * 1e-9 >= plan.warmUpSeconds();
      roundBegun = now;
      return;
    }
    lapsInRound++;
    double elapsed = (now - roundBegun) * 1e-9;
    if (elapsed >= plan.roundSeconds() && rounds < plan.rounds()) {
      roundMeans[rounds++] = elapsed / lapsInRound;
      roundBegun = now;
      lapsInRound = 0;
    }
  }

  /** Seconds that one repetition takes; empty if the user stopped before the last round. */
  public OptionalDouble seconds() {
    if (rounds < plan.rounds()) {
      return OptionalDouble.empty();
    }
    double[] sorted = roundMeans.clone();
    Arrays.sort(sorted);
    int middle = rounds / 2;
    return OptionalDouble.of(
        rounds % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }
}
