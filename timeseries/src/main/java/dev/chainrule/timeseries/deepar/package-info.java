/** DeepAR: configuration, model, training windows, and forecasts by sampling. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.deepar;
