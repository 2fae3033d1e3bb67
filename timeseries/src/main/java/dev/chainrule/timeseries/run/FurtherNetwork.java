package dev.chainrule.timeseries.run;

import dev.chainrule.timeseries.deepar.DeepArConfig;

/**
 * A network that is trained after the first of a model, with other random numbers: what the model
 * forecasts is an equal mixture of all.
 *
 * @param config its shape
 * @param steps of its training
 */
public record FurtherNetwork(DeepArConfig config, long steps) {
  public FurtherNetwork {
    if (steps < 1) {
      throw new IllegalArgumentException("steps %d, expected 1 or more".formatted(steps));
    }
  }
}
