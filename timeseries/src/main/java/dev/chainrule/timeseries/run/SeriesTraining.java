package dev.chainrule.timeseries.run;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.HeldOutWindows;
import dev.chainrule.timeseries.deepar.WindowBatch;
import dev.chainrule.timeseries.deepar.WindowSampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * How a DeepAR is trained.
 *
 * @param horizon steps of a forecast
 * @param network changes the usual network for the frequency of the series
 * @param named whether each series has a vector of its own
 * @param windows which windows are learned from
 * @param heldOutWindows of the end of each series, not learned from, to measure by; 0 for none
 * @param recipe batches, rates, length
 * @param further networks that are trained after the first
 */
public record SeriesTraining(
    int horizon,
    UnaryOperator<DeepArConfig> network,
    boolean named,
    WindowSampling windows,
    int heldOutWindows,
    Recipe recipe,
    List<FurtherNetwork> further) {
  /** Of the random numbers that only seeds of further networks are made by. */
  private static final int SEEDS = 14;

  public SeriesTraining {
    further = List.copyOf(further);
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon %d, expected 1 or more".formatted(horizon));
    }
    if (heldOutWindows < 0) {
      throw new IllegalArgumentException(
          "held_out_windows %d, expected 0 or more".formatted(heldOutWindows));
    }
  }

  /** A context of two horizons, 2 layers of 40 units, 2,000 steps of 64 windows. */
  public static SeriesTraining usual(int horizon) {
    return new SeriesTraining(
        horizon, config -> config, true, WindowSampling.usual(), 0, usualRecipe(), List.of());
  }

  /** 2,000 steps of 64 windows at a peak rate of 0.003, averaged weights. */
  public static Recipe usualRecipe() {
    // Activations of four windows nearly fit into a core's own cache. Eight have faster products,
    // and were slower in all wherever memory was slow.
    int microBatch = 4;
    return new Recipe(
        64,
        new ScheduleConfig(ScheduleConfig.Kind.COSINE, 3e-3, 3e-3 / 100, 100),
        new AdamW.Config(0.9, 0.999, 1e-8, 0),
        new TrainConfig(
            1,
            TrainConfig.Limits.steps(2000),
            new TrainConfig.Cadence(20, 500, 500),
            1,
            microBatch,
            10,
            0.99));
  }

  /** The network's shape for so many series. */
  DeepArConfig config(Frequency frequency, int series) {
    return network
        .apply(DeepArConfig.of(frequency, 2 * horizon, horizon))
        .withCategories(named ? series : 0);
  }

  /** The recipe of a further network, numbered from 2, with random numbers of its own. */
  static Recipe recipe(Recipe first, FurtherNetwork network, int number) {
    long seed = CounterRandom.of(first.training().seed(), SEEDS, number).nextLong();
    return first.withSeed(seed).withSteps(network.steps());
  }

  /**
   * Trains all networks, and keeps them in memory alone.
   *
   * @param series of one frequency
   * @param stop asked before each step
   */
  public List<DeepAr> fit(
      List<Series> series,
      Engine engine,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    DeepArConfig first = config(series.getFirst().frequency(), series.size());
    List<DeepAr> networks = new ArrayList<>();
    networks.add(fit(first, recipe, series, engine, listeners, stop));
    for (FurtherNetwork other : further) {
      Recipe own = recipe(recipe, other, networks.size() + 1);
      networks.add(fit(other.config(), own, series, engine, listeners, stop));
    }
    return networks;
  }

  private DeepAr fit(
      DeepArConfig config,
      Recipe own,
      List<Series> series,
      Engine engine,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    DeepAr network = new DeepAr(config);
    List<Series> learned =
        heldOutWindows == 0 ? series : HeldOutWindows.before(config, series, heldOutWindows);
    BatchSource<WindowBatch> batches = windows.windows(network, engine, learned, own);
    TrainingRun.fit(network, own, batches, engine, listeners, stop);
    return network;
  }

  /** Another network than the frequency's usual one. */
  public SeriesTraining withNetwork(UnaryOperator<DeepArConfig> change) {
    return new SeriesTraining(horizon, change, named, windows, heldOutWindows, recipe, further);
  }

  /** With a vector for each series, or one for all. */
  public SeriesTraining withNames(boolean wanted) {
    return new SeriesTraining(horizon, network, wanted, windows, heldOutWindows, recipe, further);
  }

  /** Windows drawn otherwise. */
  public SeriesTraining withWindows(WindowSampling other) {
    return new SeriesTraining(horizon, network, named, other, heldOutWindows, recipe, further);
  }

  /** So many windows of each series held out. */
  public SeriesTraining withHeldOutWindows(int perSeries) {
    return new SeriesTraining(horizon, network, named, windows, perSeries, recipe, further);
  }

  /** This many optimiser steps. */
  public SeriesTraining withSteps(long steps) {
    return withRecipe(recipe.withSteps(steps));
  }

  /** Other random numbers. */
  public SeriesTraining withSeed(long seed) {
    return withRecipe(recipe.withSeed(seed));
  }

  /** Other batches, rates or length. */
  public SeriesTraining withRecipe(Recipe other) {
    return new SeriesTraining(horizon, network, named, windows, heldOutWindows, other, further);
  }

  /** With networks beside the first. */
  public SeriesTraining withFurther(List<FurtherNetwork> networks) {
    return new SeriesTraining(horizon, network, named, windows, heldOutWindows, recipe, networks);
  }
}
