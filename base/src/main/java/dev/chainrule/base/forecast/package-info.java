/**
 * Forecasts of series and what they are worth: the interface that every forecaster keeps, and the
 * metrics of the M competitions and of GluonTS. On plain {@code double[]}; {@code NaN} is missing.
 */
@NullMarked
package dev.chainrule.base.forecast;

import org.jspecify.annotations.NullMarked;
