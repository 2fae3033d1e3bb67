/**
 * Series on a regular grid of times, and the files that hold them and their forecasts. The one
 * reader of series of all modules is {@link dev.chainrule.base.series.SeriesFile}; it refuses what
 * it would have to guess.
 */
@NullMarked
package dev.chainrule.base.series;

import org.jspecify.annotations.NullMarked;
