/**
 * What the numbers that a model puts out mean: how a row of parameters becomes log-probabilities,
 * draws, means and quantiles. Plain double arithmetic on the host, one conditional at a time; the
 * losses that training differentiates are operations of the engines.
 *
 * <p>Log-probabilities are natural logarithms.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base.distribution;
