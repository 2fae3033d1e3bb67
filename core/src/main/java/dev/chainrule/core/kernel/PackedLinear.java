package dev.chainrule.core.kernel;

/**
 * A linear map made ready for the products of a few rows, by the kernels that it works with ({@link
 * StepKernels#pack}). It keeps the weights that it was made from as they were then, and may be used
 * by several workers of the engine at once.
 */
public interface PackedLinear {
  int inputs();

  int outputs();

  /** Bytes of weights that a product reads. */
  long bytes();
}
