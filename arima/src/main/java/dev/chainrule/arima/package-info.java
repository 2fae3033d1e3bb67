/**
 * AR, ARMA, ARIMA and seasonal ARIMA models with regressors: estimation, forecasts, simulation and
 * diagnostics. Everything works on {@code double[]}; {@code NaN} is a missing value.
 *
 * <p>Start at {@link dev.chainrule.arima.Arima#fit} for a given order and at {@code
 * dev.chainrule.arima.auto.AutoArima} for a searched one.
 */
@NullMarked
package dev.chainrule.arima;

import org.jspecify.annotations.NullMarked;
