package dev.chainrule.core.kernel.nd4j;

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
import dev.chainrule.core.kernel.reference.HostCopies;
import dev.chainrule.core.kernel.reference.ReferenceLikelihoods;
import dev.chainrule.core.kernel.reference.StandIn;

/** The engine that {@link dev.chainrule.core.kernel.nd4j} describes. */
public final class Nd4jKernels implements Kernels {
  private final StandIn standIn = new StandIn("nd4j");
  private final ArrayKernels arrays = new Nd4jArrays();
  private final LinearKernels linear = new Nd4jLinear(standIn);
  private final AttentionKernels attention = new Nd4jAttention();
  private final ActivationKernels activations = new Nd4jActivations(standIn);
  private final ConvolutionKernels convolutions = new Nd4jConvolutions();
  private final RecurrentKernels recurrent = new Nd4jRecurrent(linear);
  private final SoftmaxKernels softmax = new Nd4jSoftmax();

  /** In double precision, which is what is wanted here, not a stand-in. */
  private final LikelihoodKernels likelihoods =
      HostCopies.of(LikelihoodKernels.class, new ReferenceLikelihoods());

  @Override
  public String name() {
    return "nd4j";
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
    return HostCopies.of(
        TransformerKernels.class,
        standIn.of("operations of transformers since LLaMA").transformer());
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
    return HostCopies.of(StepKernels.class, standIn.of("products of steps").steps());
  }

  @Override
  public CacheKernels caches() {
    return HostCopies.of(CacheKernels.class, standIn.of("caches of decoders").caches());
  }

  @Override
  public RowKernels rows() {
    return HostCopies.of(RowKernels.class, standIn.of("functions of rows").rows());
  }

  @Override
  public SampleKernels samples() {
    return HostCopies.of(SampleKernels.class, standIn.of("small products").samples());
  }
}
