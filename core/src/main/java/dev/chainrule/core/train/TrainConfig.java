package dev.chainrule.core.train;

/**
 * How a model is trained, beside its optimiser and learning rates.
 *
 * @param seed of initialisation, batches and dropout
 * @param limits when training ends
 * @param cadence how often things are done
 * @param accumulate batches whose gradients make one step
 * @param microBatch most sequences that a worker takes through forward and backward at once
 * @param clipNorm gradients whose global norm is above are scaled down to it
 * @param averageDecay of the exponential moving average of weights; 0 for none
 */
public record TrainConfig(
    long seed,
    Limits limits,
    Cadence cadence,
    int accumulate,
    int microBatch,
    double clipNorm,
    double averageDecay) {

  public TrainConfig {
    requirePositive("accumulate", accumulate);
    requirePositive("micro_batch", microBatch);
    if (!(clipNorm > 0)) {
      throw new IllegalArgumentException("clip_norm %s, expected above 0".formatted(clipNorm));
    }
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          "average_decay %s, expected at least 0 and less than 1".formatted(averageDecay));
    }
  }

  /** With the usual settings: one batch a step, gradients clipped at norm 1, no average. */
  public static TrainConfig of(long seed, Limits limits, Cadence cadence) {
    return new TrainConfig(seed, limits, cadence, 1, 4, 1.0, 0);
  }

  /** The same with other random numbers. */
  public TrainConfig withSeed(long other) {
    return new TrainConfig(other, limits, cadence, accumulate, microBatch, clipNorm, averageDecay);
  }

  /** The same, more or less often. */
  public TrainConfig withCadence(Cadence other) {
    return new TrainConfig(seed, limits, other, accumulate, microBatch, clipNorm, averageDecay);
  }

  /** The same until other limits. */
  public TrainConfig withLimits(Limits others) {
    return new TrainConfig(seed, others, cadence, accumulate, microBatch, clipNorm, averageDecay);
  }

  /**
   * When training ends, whichever comes first.
   *
   * @param steps number of optimiser steps in all
   * @param seconds of this run; {@link #UNLIMITED} for no limit
   * @param patience evaluations without a better held-out likelihood; 0 for no early stopping
   */
  public record Limits(long steps, double seconds, int patience) {
    /** More seconds than there are. */
    public static final double UNLIMITED = Double.MAX_VALUE;

    public Limits {
      requirePositive("steps", steps);
      if (!(seconds > 0)) {
        throw new IllegalArgumentException("seconds %s, expected above 0".formatted(seconds));
      }
      if (patience < 0) {
        throw new IllegalArgumentException("patience %d, expected 0 or more".formatted(patience));
      }
    }

    /** This many steps, whatever the time. */
    public static Limits steps(long steps) {
      return new Limits(steps, UNLIMITED, 0);
    }
  }

  /**
   * How often things are done, in steps.
   *
   * @param log every so many steps a line of metrics
   * @param evaluate every so many steps, and at the end, the held-out likelihood
   * @param checkpoint every so many steps, and at the end, a checkpoint
   */
  public record Cadence(long log, long evaluate, long checkpoint) {
    public Cadence {
      requirePositive("log_every", log);
      requirePositive("evaluate_every", evaluate);
      requirePositive("checkpoint_every", checkpoint);
    }
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }
}
