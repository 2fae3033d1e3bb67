/**
 * Reverse-mode differentiation, define-by-run: a {@link dev.chainrule.core.autograd.Tape} records
 * fused operations as a model's forward pass calls them, and walks them backwards.
 *
 * <p>Gradients of parameters (leaves) accumulate until {@code zeroGradients}. Gradients of
 * intermediate variables belong to the tape: they live from their first use in the backward pass to
 * the backward of the operation that made the variable, and their memory is used again after that.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.autograd;
