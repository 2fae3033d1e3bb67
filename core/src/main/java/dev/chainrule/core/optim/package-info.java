/** Optimisers over the flat parameter vector, learning-rate schedules, weight averages. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.optim;
