package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.random.RandomGenerator;

/**
 * Draws values of a series; NaN where the outputs are those of a diverged network. It does not say
 * how likely a draw was: nobody asks for that of forecasts, and with a t distribution it would cost
 * as much as the draw.
 *
 * @param centre of the series, added to draws
 * @param scale of the series
 */
record SeriesSampler(Likelihood likelihood, double centre, double scale) implements Sampler {
  /** For a window of a batch. */
  static SeriesSampler of(Likelihood likelihood, WindowBatch batch, int window) {
    return new SeriesSampler(likelihood, batch.centres().get(window), batch.scales().get(window));
  }

  @Override
  public double sample(float[] outputs, RandomGenerator rng, double[] element) {
    element[0] = centre + likelihood.draw(outputs, scale, rng);
    return Double.NaN;
  }
}
