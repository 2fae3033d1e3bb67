package dev.chainrule.base.series;

import org.jspecify.annotations.Nullable;

/**
 * Where a series' values were read, for messages, and how its times are written.
 *
 * @param source the file
 * @param lines [n] of each value; 0 where a value was missing
 * @param firstCount the number of the first value where times count steps, or null where they are
 *     dates
 */
@SuppressWarnings("ArrayRecordComponent")
public record Origin(String source, int[] lines, @Nullable Long firstCount) {}
