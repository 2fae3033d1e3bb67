/**
 * What every autoregressive model gives, whatever its modality: all conditionals of a batch in one
 * parallel pass, the same conditionals one element at a time, and how they become likelihoods.
 *
 * <p>The chain rule is the whole of it: {@code log p(x | c) = sum_t log p(x_t | x_<t, c)}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.model;
