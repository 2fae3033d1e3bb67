package dev.chainrule.timeseries.data;

/**
 * Where a series' values were read, for messages.
 *
 * @param source the file
 * @param lines [n] of each value; 0 where a value was missing
 */
@SuppressWarnings("ArrayRecordComponent")
public record Origin(String source, int[] lines) {}
