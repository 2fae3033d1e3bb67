/** Holds forecasts against what came: rolling origins, scores over all series. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.backtest;
