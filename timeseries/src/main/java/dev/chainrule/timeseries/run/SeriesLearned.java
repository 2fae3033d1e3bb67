package dev.chainrule.timeseries.run;

import dev.chainrule.timeseries.deepar.WindowSampling;

/**
 * What a run learned from, as its checkpoint keeps it; the series themselves are named in a file of
 * their own.
 *
 * @param windows which windows
 * @param heldOutWindows of the end of each series, not learned from
 */
public record SeriesLearned(WindowSampling windows, int heldOutWindows) {}
