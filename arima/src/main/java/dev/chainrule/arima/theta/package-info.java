/**
 * The Theta method: Assimakopoulos and Nikolopoulos (2000) as Hyndman and Billah (2003) wrote it,
 * and its optimised and dynamic forms of Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler
 * (2016).
 */
@NullMarked
package dev.chainrule.arima.theta;

import org.jspecify.annotations.NullMarked;
