package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.train.BatchSource;
import java.util.List;

/**
 * Which windows of series a {@link DeepAr} learns from.
 *
 * @param scalePower a series is drawn in proportion to its scale to this power: 0 for all alike, 1
 *     as Salinas et al. 2020 have it
 * @param scheduledSampling share of own draws that the network is fed at the last step; 0 for none
 */
public record WindowSampling(double scalePower, double scheduledSampling) {
  public WindowSampling {
    requireShare("scale_power", scalePower);
    requireShare("scheduled_sampling", scheduledSampling);
  }

  /** All series alike, and fed what they were. */
  public static WindowSampling usual() {
    return new WindowSampling(0, 0);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "%s %s, expected a number from 0 to 1".formatted(name, value));
    }
  }

  /**
   * Random windows of the series.
   *
   * @param model whose draws take the place of values, with scheduled sampling
   * @throws dev.chainrule.base.InputException for a series that cannot be learned from
   */
  public BatchSource<WindowBatch> windows(
      DeepAr model, Engine engine, List<Series> series, Recipe recipe) {
    long seed = recipe.training().seed();
    WindowSource windows =
        new WindowSource(model.config(), series, recipe.batchSize(), scalePower, seed);
    return scheduledSampling == 0
        ? windows
        : new ScheduledSampling(
            windows,
            model,
            engine.worker(0),
            scheduledSampling,
            Math.toIntExact(recipe.training().limits().steps()),
            seed);
  }
}
