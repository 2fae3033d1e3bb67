/** Series that are sums of others, and forecasts of all that add up as they do. */
@NullMarked
package dev.chainrule.base.hierarchy;

import org.jspecify.annotations.NullMarked;
