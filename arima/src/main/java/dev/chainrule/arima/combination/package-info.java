/** Combinations of models of a series, weighted by their errors from rolling origins. */
@NullMarked
package dev.chainrule.arima.combination;

import org.jspecify.annotations.NullMarked;
