/** What a network is told beside the values: lags, the calendar, the scale. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.feature;
