package dev.chainrule.core.kernel.reference;

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

/** The engine that {@link dev.chainrule.core.kernel.reference} describes. */
public final class ReferenceKernels implements Kernels {
  private final ArrayKernels arrays = new ReferenceArrays();
  private final LinearKernels linear = new ReferenceLinear();
  private final AttentionKernels attention = new ReferenceAttention();
  private final TransformerKernels transformer = new ReferenceTransformer();
  private final ActivationKernels activations = new ReferenceActivations();
  private final ConvolutionKernels convolutions = new ReferenceConvolutions();
  private final RecurrentKernels recurrent = new ReferenceRecurrent();
  private final SoftmaxKernels softmax = new ReferenceSoftmax();
  private final LikelihoodKernels likelihoods = new ReferenceLikelihoods();
  private final StepKernels steps = new ReferenceSteps();
  private final CacheKernels caches = new ReferenceCaches();
  private final RowKernels rows = new ReferenceRows();
  private final SampleKernels samples = new ReferenceSamples();

  @Override
  public String name() {
    return "reference";
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

  /** Writes an element, or adds to it. */
  static void write(Tensor x, boolean accumulate, long i, double value) {
    x.set(i, accumulate ? x.get(i) + value : value);
  }
}
