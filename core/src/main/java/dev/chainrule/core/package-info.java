/** The shared autoregressive core; start at the sub-packages. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core;
