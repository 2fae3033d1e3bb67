/**
 * What models of one series at a time have in common, whatever they are: the interface they keep,
 * forecasters of many series made of them, intervals from formulas, and what is learnt of their
 * errors from rolling origins.
 */
@NullMarked
package dev.chainrule.arima.smoothing;

import org.jspecify.annotations.NullMarked;
