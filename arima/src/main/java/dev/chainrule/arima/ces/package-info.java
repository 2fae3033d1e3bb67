/**
 * Complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022): level and an information
 * potential, smoothed together by a complex parameter.
 */
@NullMarked
package dev.chainrule.arima.ces;

import org.jspecify.annotations.NullMarked;
