/**
 * {@code chainrule arima}: fit, choose, forecast, simulate and diagnose, one series or thousands.
 */
@NullMarked
package dev.chainrule.experiments.arima;

import org.jspecify.annotations.NullMarked;
