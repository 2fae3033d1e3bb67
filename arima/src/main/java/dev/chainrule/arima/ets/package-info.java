/**
 * Exponential smoothing in the state space form of Hyndman, Koehler, Ord and Snyder (2008): all
 * thirty models of error, trend and season, their likelihood, choice and forecasts. Symbols are the
 * book's: {@code l}, {@code b} and {@code s} are level, growth and season, {@code alpha}, {@code
 * beta}, {@code gamma} and {@code phi} what they are smoothed and damped by.
 */
@NullMarked
package dev.chainrule.arima.ets;

import org.jspecify.annotations.NullMarked;
