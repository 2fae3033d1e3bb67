/**
 * DeepAR as a program uses it: train, open, evaluate and forecast by {@link
 * dev.chainrule.timeseries.run.SeriesModel}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.run;
