/** Least squares on a few columns. */
@NullMarked
package dev.chainrule.arima.linear;

import org.jspecify.annotations.NullMarked;
