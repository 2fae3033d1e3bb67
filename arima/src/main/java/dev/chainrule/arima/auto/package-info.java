/**
 * Automatic choice of the order: differences by tests, the rest by an information criterion
 * (Hyndman and Khandakar 2008), with the rules of R's forecast 8.20.
 */
@NullMarked
package dev.chainrule.arima.auto;

import org.jspecify.annotations.NullMarked;
