package dev.chainrule.timeseries.choice;

import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.util.List;

/**
 * Settings for series, and why these.
 *
 * @param training how to train on the whole series
 * @param config the first network's shape, with a vector for each series or none
 * @param reasons a line a choice
 */
public record SettingsChoice(SeriesTraining training, DeepArConfig config, List<String> reasons) {
  public SettingsChoice {
    reasons = List.copyOf(reasons);
  }
}
