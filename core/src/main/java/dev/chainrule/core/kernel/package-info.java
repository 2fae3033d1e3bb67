/**
 * The contract between the tape and the engines: fused operations in families, forward and backward
 * side by side. Kernels know nothing of models, variables or parameters.
 *
 * <p>Dimension letters, here and in every kernel: B batch, T time, C channels (width), V
 * vocabulary, N rows (often B * T), I and O inputs and outputs of a linear map, NH heads, HS head
 * size, K kernel size, H and W image height and width, M mixture components.
 *
 * <p>Argument order: outputs, saved for backward, inputs, parameters, options. Gradients are {@code
 * d} and the forward name. <b>Accumulation:</b> gradients of parameters are always added to; the
 * gradient of an input is written, or added to where {@code accumulate} is true. The caller zeroes
 * parameter gradients.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel;
