/** Values of a series that a model of it did not expect. */
@NullMarked
package dev.chainrule.arima.anomaly;

import org.jspecify.annotations.NullMarked;
