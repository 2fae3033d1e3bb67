/**
 * What a conditional distribution is: log-probabilities, cumulative probabilities, quantiles,
 * draws, mean, variance and support of one number. Plain double arithmetic on the host, one
 * conditional at a time. A model's likelihood says which member a row of its outputs stands for;
 * the losses that training differentiates are operations of the engines, and samplers that draw
 * many numbers at once are held against these.
 *
 * <p>Log-probabilities are natural logarithms.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base.distribution;
