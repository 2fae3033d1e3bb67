package dev.chainrule.core.kernel.cuda;

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
import org.jspecify.annotations.Nullable;

/**
 * The operations on one GPU. Addresses of tensors are the device's; calls return before the GPU has
 * done the work, but for those that return a number.
 */
final class CudaKernels implements Kernels {
  private final ArrayKernels arrays;
  private final LinearKernels linear;
  private final AttentionKernels attention;
  private final TransformerKernels transformer;
  private final ActivationKernels activations;
  private final ConvolutionKernels convolutions;
  private final RecurrentKernels recurrent;
  private final SoftmaxKernels softmax;
  private final LikelihoodKernels likelihoods;
  private final StepKernels steps;
  private final CacheKernels caches;

  CudaKernels(Gpu gpu, @Nullable CublasLt library, Precision precision) {
    Products products = new Products(gpu, library, precision);
    Sums sums = new Sums(gpu);
    Pointwise pointwise = new Pointwise(gpu, sums);
    Rows rows = new Rows(gpu, sums);
    arrays = new CudaArrays(pointwise, sums);
    linear = new CudaLinear(products, sums, pointwise, rows, new Tables(gpu, sums));
    Attention heads = new Attention(gpu, precision);
    attention = new CudaAttention(heads, rows, pointwise);
    activations = new CudaActivations(pointwise);
    convolutions = new CudaConvolutions(new Convolutions(gpu, products, sums));
    recurrent = new CudaRecurrent(new Recurrent(gpu, products, sums), pointwise);
    transformer = new CudaTransformer(new Transformers(gpu, sums), heads);
    softmax = new CudaSoftmax(rows);
    likelihoods = new CudaLikelihoods(new Mixtures(gpu), new Densities(gpu), pointwise);
    steps = new Steps(gpu);
    caches = new Caches(gpu);
  }

  @Override
  public String name() {
    return "cuda";
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
    throw new IllegalStateException(
        "functions of rows by address on the engine cuda, expected an engine of the processor");
  }

  @Override
  public SampleKernels samples() {
    throw new IllegalStateException(
        "products on arrays on the engine cuda, expected an engine of the processor");
  }
}
