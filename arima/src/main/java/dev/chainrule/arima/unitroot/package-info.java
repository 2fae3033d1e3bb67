/** How often to difference: unit-root tests, seasonal tests, and the decomposition they use. */
@NullMarked
package dev.chainrule.arima.unitroot;

import org.jspecify.annotations.NullMarked;
