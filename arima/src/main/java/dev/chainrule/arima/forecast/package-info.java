/**
 * Forecasts of series of which nothing is said but how far: the season is found, models are
 * compared from rolling origins, and each series is forecast by what did best.
 */
@NullMarked
package dev.chainrule.arima.forecast;

import org.jspecify.annotations.NullMarked;
