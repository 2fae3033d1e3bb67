package dev.chainrule.timeseries.run;

import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.WindowSampling;
import java.util.List;

/**
 * What a run learned from, as its checkpoint keeps it; the series themselves are named in a file of
 * their own.
 *
 * @param windows which windows
 * @param heldOutWindows of the end of each series, not learned from
 * @param further shapes of networks that are trained after it, and forecast beside it
 */
public record SeriesLearned(
    WindowSampling windows, int heldOutWindows, List<DeepArConfig> further) {
  public SeriesLearned {
    further = List.copyOf(further);
  }

  /** The same for one of the further networks. */
  SeriesLearned alone() {
    return new SeriesLearned(windows, heldOutWindows, List.of());
  }
}
