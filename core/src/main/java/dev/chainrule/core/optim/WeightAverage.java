package dev.chainrule.core.optim;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;

/**
 * An exponential moving average of the parameters (Polyak averaging): {@code average += (1 - decay)
 * (parameters - average)}. In the first steps the decay is held at {@code (1 + t) / (10 + t)}, so
 * that the average forgets the random start.
 */
public final class WeightAverage {
  private final double decay;
  private final Tensor values;

  /**
   * An average that begins at the present parameters.
   *
   * @param decay at least 0, below 1; near 1 for a long memory
   */
  public WeightAverage(double decay, Engine engine, Parameters parameters) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "average decay %s, expected at least 0 and less than 1".formatted(decay));
    }
    this.decay = decay;
    this.values = parameters.vector(engine.memory());
    engine.kernels(0).arrays().copy(values, parameters.values());
  }

  /** Takes the parameters after step t (from 1) in. */
  public void update(Engine engine, Parameters parameters, long t) {
    double d = Math.min(decay, (1.0 + t) / (10.0 + t));
    engine.run(
        worker -> {
          long from = parameters.from(engine, worker);
          long length = parameters.from(engine, worker + 1) - from;
          Tensor part = values.part(from, length);
          Kernels k = engine.kernels(worker);
          k.arrays().addScaled(part, part, d - 1);
          k.arrays().addScaled(part, parameters.values().part(from, length), 1 - d);
        });
  }

  /** The averaged parameters, laid out as {@link Parameters#values}. */
  public Tensor values() {
    return values;
  }

  /** Exchanges the averaged and the present parameters; twice is as before. */
  public void swap(Engine engine, Parameters parameters) {
    Tensor kept = parameters.vector(engine.memory());
    Kernels kernels = engine.kernels(0);
    kernels.arrays().copy(kept, values);
    kernels.arrays().copy(values, parameters.values());
    kernels.arrays().copy(parameters.values(), kept);
  }
}
