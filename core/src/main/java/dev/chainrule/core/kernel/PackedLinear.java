package dev.chainrule.core.kernel;

/**
 * A linear map made ready for the products of a few rows, by the kernels that it works with ({@link
 * StepKernels#pack}). Packed {@link StepKernels.Reading#STREAMED} it may be used by several workers
 * of the engine at once.
 */
public interface PackedLinear {
  int inputs();

  int outputs();

  /** Bytes of weights that a product reads. */
  long bytes();
}
