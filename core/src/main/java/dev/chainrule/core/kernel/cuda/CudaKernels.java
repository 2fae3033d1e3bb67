package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.ScalarLikelihood;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.kernel.reference.ReferenceKernels;
import org.jspecify.annotations.Nullable;

/**
 * The operations on one GPU. Addresses of tensors are the device's; calls return before the GPU has
 * done the work, but for those that return a number.
 *
 * <p>Likelihoods of real numbers ({@link LikelihoodKernels}) have many families and few numbers:
 * the host computes them, by one copy there and one back.
 */
final class CudaKernels implements Kernels {
  private static final LikelihoodKernels HOST = new ReferenceKernels();

  private final Products products;
  private final Sums sums;
  private final Pointwise pointwise;
  private final Rows rows;
  private final Attention attention;
  private final Convolutions convolutions;
  private final Recurrent recurrent;
  private final Mixtures mixtures;
  private final Steps steps;

  CudaKernels(Gpu gpu, @Nullable CublasLt library, Precision precision) {
    products = new Products(gpu, library, precision);
    sums = new Sums(gpu);
    pointwise = new Pointwise(gpu, sums);
    rows = new Rows(gpu, sums);
    attention = new Attention(gpu, precision);
    convolutions = new Convolutions(gpu, products, sums);
    recurrent = new Recurrent(gpu, products, sums);
    mixtures = new Mixtures(gpu);
    steps = new Steps(gpu);
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public StepKernels steps() {
    return steps;
  }

  @Override
  public double sum(Tensor x) {
    return sums.total(x, false);
  }

  @Override
  public double squaredNorm(Tensor x) {
    return sums.total(x, true);
  }

  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    products.multiply(
        Operand.rows(x),
        Operand.rows(w),
        x.rows(),
        w.dim(0),
        w.dim(1),
        Target.of(y, bias, residual));
  }

  @Override
  public void linearBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w) {
    int in = w.dim(1);
    int out = w.dim(0);
    if (dX != null) {
      products.multiply(
          Operand.rows(dY), Operand.columns(w), dY.rows(), in, out, Target.of(dX, accumulate));
    }
    if (dW != null) {
      products.multiply(
          Operand.columns(dY), Operand.columns(x), out, in, dY.rows(), Target.of(dW, true));
    }
    if (dBias != null) {
      sums.rows(dBias, dY);
    }
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    sums.rows(dRows, dY);
  }

  @Override
  public void likelihood(
      Tensor nll,
      Tensor slopes,
      Tensor raw,
      Tensor targets,
      Tensor scales,
      ScalarLikelihood family) {
    Tensor hostNll = Tensor.zeros(DType.FLOAT32, nll.shape());
    Tensor hostSlopes = Tensor.zeros(DType.FLOAT32, slopes.shape());
    HOST.likelihood(hostNll, hostSlopes, raw.host(), targets.host(), scales.host(), family);
    nll.copyFrom(hostNll);
    slopes.copyFrom(hostSlopes);
  }

  @Override
  public void likelihoodBackward(Tensor dRaw, boolean accumulate, Tensor dNll, Tensor slopes) {
    pointwise.scaleRows(dRaw, accumulate, dNll, slopes);
  }

  @Override
  public void copy(Tensor y, Tensor x) {
    pointwise.copy(y, x);
  }

  @Override
  public void fill(Tensor x, double value) {
    pointwise.fill(x, value);
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    pointwise.addScaled(y, x, alpha);
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    pointwise.add(y, a, b);
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    rows.embedding(y, ids, table);
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    rows.embeddingBackward(dTable, dY, ids);
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    pointwise.addRows(y, x, rows);
  }

  @Override
  public void layerNorm(
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain,
      @Nullable Tensor bias,
      double epsilon) {
    rows.layerNorm(y, mean, rstd, x, gain, bias, epsilon);
  }

  @Override
  public void layerNormBackward(
      Tensor dX,
      boolean accumulate,
      Tensor dGain,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain) {
    rows.layerNormBackward(dX, accumulate, dGain, dBias, dY, mean, rstd, x, gain);
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    pointwise.gelu(y, x);
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    pointwise.geluBackward(dX, accumulate, dY, x);
  }

  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    attention.forward(y, logSumExp, qkv, numHeads);
  }

  @Override
  public void causalAttentionBackward(
      Tensor dQkv,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor qkv,
      int numHeads) {
    attention.backward(dQkv, accumulate, dY, y, logSumExp, qkv, numHeads);
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    pointwise.dropout(y, accumulate, x, probability, key);
  }

  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    rows.crossEntropy(nll, logSumExp, logits, targets);
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    rows.crossEntropyBackward(dLogits, accumulate, dNll, logSumExp, logits, targets);
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    pointwise.adamW(parameters, gradients, m, v, step);
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    pointwise.gatedActivation(y, x, condition);
  }

  @Override
  public void gatedActivationBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    pointwise.gatedActivationBackward(
        dX, accumulate, dCondition, accumulateCondition, dY, x, condition);
  }

  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    convolutions.causalConv1d(y, x, w, bias, dilation);
  }

  @Override
  public void causalConv1dBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w,
      int dilation) {
    convolutions.causalConv1dBackward(dX, accumulate, dW, dBias, dY, x, w, dilation);
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    convolutions.conv2d(y, x, w, bias, residual, taps);
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    convolutions.conv2dBackwardInput(dX, accumulate, dY, w, taps);
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    convolutions.conv2dBackwardWeight(dW, dBias, dY, x, taps);
  }

  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    pointwise.activation(y, x, f);
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    pointwise.activationBackward(dX, accumulate, dY, x, f);
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    pointwise.concatElu(y, x);
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    pointwise.concatEluBackward(dX, accumulate, dY, x);
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    pointwise.multiply(y, accumulate, a, b);
  }

  @Override
  public void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    recurrent.gridLstm(h, c, gates, x, w, sweep);
  }

  @Override
  public void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    recurrent.gridLstmBackward(dW, dH, h, c, gates, w, sweep);
  }

  @Override
  public void lstm(
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      Tensor bias,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    recurrent.lstm(h, c, gates, x, wx, wh, bias, h0, c0);
  }

  @Override
  public void lstmBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    recurrent.lstmBackward(dX, accumulate, dWx, dWh, dBias, dH, h, c, gates, x, wx, wh, h0, c0);
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    pointwise.swapAxes(y, accumulate, x);
  }

  @Override
  public void gru(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    recurrent.gru(h, gates, x, wx, wh, bias, h0);
  }

  @Override
  public void gruBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      Tensor scratch) {
    recurrent.gruBackward(dX, accumulate, dWx, dWh, dBias, dH, h, gates, x, wx, wh, h0, scratch);
  }

  @Override
  public void logisticMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    mixtures.logistic(nll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void logisticMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    mixtures.logisticBackward(
        dParameters, accumulate, dNll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixtureConditionals(
      Tensor conditionals, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    mixtures.pixelConditionals(conditionals, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixture(
      Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    mixtures.pixel(nll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void pixelMixtureBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    mixtures.pixelBackward(dParameters, accumulate, dNll, parameters, targets, levels, minLogScale);
  }

  @Override
  public void gatedLinear(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    pointwise.gatedLinear(y, x, condition, residual);
  }

  @Override
  public void gatedLinearBackward(
      Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    pointwise.gatedLinearBackward(
        dX, accumulate, dCondition, accumulateCondition, dY, x, condition);
  }

  @Override
  public void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    rows.weightNorm(w, norms, v, gain, columns);
  }

  @Override
  public void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    rows.weightNormBackward(dV, dGain, dW, norms, v, gain, columns);
  }
}
