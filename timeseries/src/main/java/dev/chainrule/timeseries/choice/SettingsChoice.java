package dev.chainrule.timeseries.choice;

import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.util.List;

/**
 * Settings for series, and why these.
 *
 * @param training how to train on the whole series
 * @param configs the networks' shapes, with a vector for each series or none, the best first
 * @param reasons a line a choice
 */
public record SettingsChoice(
    SeriesTraining training, List<DeepArConfig> configs, List<String> reasons) {
  public SettingsChoice {
    configs = List.copyOf(configs);
    reasons = List.copyOf(reasons);
  }
}
