/**
 * State-space forms and exact likelihoods of ARMA and ARIMA processes on plain {@code double[]}.
 *
 * <p>Signs: {@code w_t = sum phi_j w_{t-j} + e_t + sum theta_j e_{t-j}} with {@code phi[j-1]},
 * {@code theta[j-1]}; variances are in units of the innovation variance. {@code r = max(p, q+1)} is
 * the size of Harvey's state of the ARMA part, {@code d'} the number of differencing states.
 */
@NullMarked
package dev.chainrule.arima.statespace;

import org.jspecify.annotations.NullMarked;
