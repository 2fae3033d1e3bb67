/**
 * Sparse demand: Croston (1972), Syntetos and Boylan (2005), and Teunter, Syntetos and Babai
 * (2011).
 */
@NullMarked
package dev.chainrule.arima.intermittent;

import org.jspecify.annotations.NullMarked;
