/** Forecasts that need no training: what a model must beat. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.baseline;
