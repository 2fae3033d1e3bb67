/**
 * A forecaster that has learned from made-up series alone and forecasts others as they come: {@link
 * dev.chainrule.timeseries.zeroshot.ZeroShot} with its shipped weights, or those that a program
 * trains on {@link dev.chainrule.timeseries.zeroshot.SyntheticSeries}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.zeroshot;
