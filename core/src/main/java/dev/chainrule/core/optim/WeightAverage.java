package dev.chainrule.core.optim;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.base.parallel.Workers;
import java.util.List;

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
  public WeightAverage(double decay, Parameters parameters) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "average decay %s, expected at least 0 and less than 1".formatted(decay));
    }
    this.decay = decay;
    this.values = Tensor.zeros(parameters.dtype(), parameters.size());
    values.copyFrom(parameters.values());
  }

  /** Takes the parameters after step t (from 1) in. */
  public void update(
      Workers workers, List<? extends Kernels> kernels, Parameters parameters, long t) {
    double d = Math.min(decay, (1.0 + t) / (10.0 + t));
    workers.run(
        worker -> {
          long from = workers.from(parameters.size(), worker);
          int length = (int) (workers.from(parameters.size(), worker + 1) - from);
          Tensor part = values.range(from, length);
          Kernels k = kernels.get(worker);
          k.addScaled(part, part, d - 1);
          k.addScaled(part, parameters.values().range(from, length), 1 - d);
        });
  }

  /** The averaged parameters, laid out as {@link Parameters#values}. */
  public Tensor values() {
    return values;
  }

  /** Exchanges the averaged and the present parameters; twice is as before. */
  public void swap(Parameters parameters) {
    Tensor kept = Tensor.zeros(values.dtype(), parameters.size());
    kept.copyFrom(values);
    values.copyFrom(parameters.values());
    parameters.values().copyFrom(kept);
  }
}
