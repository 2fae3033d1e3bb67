package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ActivationKernels;
import dev.chainrule.core.kernel.ArrayKernels;
import dev.chainrule.core.kernel.AttentionKernels;
import dev.chainrule.core.kernel.CacheKernels;
import dev.chainrule.core.kernel.ConvolutionKernels;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.LinearKernels;
import dev.chainrule.core.kernel.RecurrentKernels;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.SoftmaxKernels;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.TransformerKernels;
import dev.chainrule.core.kernel.blas.Gemm;
import dev.chainrule.core.kernel.reference.ReferenceCaches;
import dev.chainrule.core.kernel.reference.ReferenceLikelihoods;
import org.jspecify.annotations.Nullable;

/** The engine that {@link dev.chainrule.core.kernel.vector} describes. */
public final class VectorKernels implements Kernels {
  private final ArrayKernels arrays = new VectorArrays();
  private final ActivationKernels activations = new VectorActivations();
  private final SoftmaxKernels softmax = new VectorSoftmax();

  /** In double precision, which is what is wanted here, not a stand-in. */
  private final LikelihoodKernels likelihoods = new ReferenceLikelihoods();

  private final StepKernels steps = new VectorSteps();

  /** Nothing calls it: decoders here have {@link #rows} and {@link #samples}. */
  private final CacheKernels caches = new ReferenceCaches();

  private final RowKernels rows = new VectorRows();
  private final SampleKernels samples = new VectorSamples();
  private final LinearKernels linear;
  private final AttentionKernels attention;
  private final TransformerKernels transformer;
  private final ConvolutionKernels convolutions;
  private final RecurrentKernels recurrent;

  public VectorKernels() {
    Gemm gemm = Gemm.whenUsed();
    Scratch scratch = new Scratch();
    linear = new VectorLinear(gemm);
    attention = new VectorAttention(gemm, scratch);
    transformer = new VectorTransformer(gemm, scratch);
    convolutions = new VectorConvolutions(gemm, scratch);
    recurrent = new VectorRecurrent(gemm, scratch);
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public ArrayKernels arrays() {
    return arrays;
  }

  @Override
  public LinearKernels linear() {
    return linear;
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }

  @Override
  public TransformerKernels transformer() {
    return transformer;
  }

  @Override
  public ActivationKernels activations() {
    return activations;
  }

  @Override
  public ConvolutionKernels convolutions() {
    return convolutions;
  }

  @Override
  public RecurrentKernels recurrent() {
    return recurrent;
  }

  @Override
  public SoftmaxKernels softmax() {
    return softmax;
  }

  @Override
  public LikelihoodKernels likelihoods() {
    return likelihoods;
  }

  @Override
  public StepKernels steps() {
    return steps;
  }

  @Override
  public CacheKernels caches() {
    return caches;
  }

  @Override
  public RowKernels rows() {
    return rows;
  }

  @Override
  public SampleKernels samples() {
    return samples;
  }

  /** Where a tensor lies; 0 for none. */
  static long address(@Nullable Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  static int size(Tensor tensor) {
    return Math.toIntExact(tensor.size());
  }
}
