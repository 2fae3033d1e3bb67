package dev.chainrule.core.kernel;

/**
 * The operations an engine executes, by families. An instance is used by one thread at a time, with
 * all its families, which may share scratch memory; instances are independent of each other.
 *
 * <p>Operations check nothing: the tape has checked the shapes. Arguments come in the order
 * outputs, saved for backward, inputs, parameters, options. Gradients of parameters are always
 * added to; the gradient of an input is written, or added to where {@code accumulate} is true.
 *
 * <p>{@link dev.chainrule.core.kernel.reference.ReferenceKernels} is the definition of every
 * operation; the other engines are tested against it. An engine that lacks some takes the
 * reference's by {@link dev.chainrule.core.kernel.reference.StandIn}, which says so.
 */
public interface Kernels {
  /** The engine's name, as {@code --engine} takes it. */
  String name();

  /** Whole arrays: copies, sums, the optimiser's step. */
  ArrayKernels arrays();

  /** Linear maps, tables of vectors, rows that are added. */
  LinearKernels linear();

  /** Attention, layer normalisation, dropout. */
  AttentionKernels attention();

  /** What transformers since LLaMA have: other norms, positions, attention and units. */
  TransformerKernels transformer();

  /** Nonlinear functions and gates. */
  ActivationKernels activations();

  /** Convolutions along time and over images. */
  ConvolutionKernels convolutions();

  /** Layers with a state. */
  RecurrentKernels recurrent();

  /** Likelihoods of classes and their gradients. */
  SoftmaxKernels softmax();

  /** Likelihoods of mixtures and of real numbers, and their gradients. */
  LikelihoodKernels likelihoods();

  /** Incremental evaluation: products of a few rows with weights that stay the same. */
  StepKernels steps();

  /** Incremental evaluation in the engine's own memory: what earlier elements left there. */
  CacheKernels caches();

  /** Incremental evaluation in the processor's memory: functions of rows, attention's memory. */
  RowKernels rows();

  /** Incremental evaluation of many small products, on arrays. */
  SampleKernels samples();
}
