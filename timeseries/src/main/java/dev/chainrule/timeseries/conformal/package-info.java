/** Intervals that are corrected by how far earlier forecasts missed. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.conformal;
