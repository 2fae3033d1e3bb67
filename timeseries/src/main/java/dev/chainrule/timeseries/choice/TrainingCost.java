package dev.chainrule.timeseries.choice;

import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArNetwork;

/**
 * What work costs, in seconds of two quiet cores: counted by the network's shape and never
 * measured, so that what is chosen within a budget does not hang on the machine. The constants are
 * those of two cores with AVX-512 and the usual network.
 */
final class TrainingCost {
  /** A window's step of 2 layers of 40 units, forward and backward. */
  private static final double WINDOW_STEP = 0.77e-6;

  private static final double OPTIMISER_STEP = 0.3e-3;

  /** A path's step of the same network. */
  private static final double PATH_STEP = 0.4e-6;

  private TrainingCost() {}

  /** An optimiser step. */
  static double step(DeepArConfig config, int batchSize) {
    double windows = (double) batchSize * config.windowLength();
    return OPTIMISER_STEP + WINDOW_STEP * windows * size(config);
  }

  /** Forecasts of so many windows. */
  static double forecasts(DeepArConfig config, int windows, int paths) {
    double steps = config.contextLength() + (double) paths * config.predictionLength();
    return PATH_STEP * windows * steps * size(config);
  }

  /** How large a network is beside the usual one. */
  private static double size(DeepArConfig config) {
    DeepArNetwork network = config.network();
    DeepArNetwork usual = DeepArNetwork.defaults();
    double width = (double) network.units() / usual.units();
    return network.numLayers() * width * (0.5 + 0.5 * width) / usual.numLayers();
  }
}
