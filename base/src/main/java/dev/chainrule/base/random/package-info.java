/**
 * Randomness as a pure function of seed, stream and position, so that a result does not depend on
 * the number of threads. Every user of randomness is handed its generator; there is no global one.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base.random;
