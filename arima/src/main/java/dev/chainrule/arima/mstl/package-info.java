/** Several seasons by repeated local regression (Bandara, Hyndman and Bergmeir 2021). */
@NullMarked
package dev.chainrule.arima.mstl;

import org.jspecify.annotations.NullMarked;
