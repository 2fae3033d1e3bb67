package dev.chainrule.timeseries.run;

import dev.chainrule.timeseries.deepar.WindowSampling;
import java.util.List;

/**
 * What a run learned from, as its checkpoint keeps it; the series themselves are named in a file of
 * their own.
 *
 * @param windows which windows
 * @param heldOutWindows of the end of each series, not learned from
 * @param further networks that are trained after it, and forecast beside it
 */
public record SeriesLearned(
    WindowSampling windows, int heldOutWindows, List<FurtherNetwork> further) {
  public SeriesLearned {
    further = List.copyOf(further);
  }

  /** The same with so many steps of all further networks. */
  SeriesLearned lasting(long steps) {
    List<FurtherNetwork> longer =
        further.stream().map(network -> new FurtherNetwork(network.config(), steps)).toList();
    return new SeriesLearned(windows, heldOutWindows, longer);
  }

  /** The same for one of the further networks. */
  SeriesLearned alone() {
    return new SeriesLearned(windows, heldOutWindows, List.of());
  }
}
