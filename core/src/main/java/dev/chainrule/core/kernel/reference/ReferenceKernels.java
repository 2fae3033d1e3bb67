package dev.chainrule.core.kernel.reference;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;

/** The engine that {@link dev.chainrule.core.kernel.reference} describes. */
public final class ReferenceKernels implements Kernels, ReferenceGru {
  private final StepKernels steps = new ReferenceSteps();

  private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public StepKernels steps() {
    return steps;
  }

  @Override
  public void copy(Tensor y, Tensor x) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, x.get(i));
    }
  }

  @Override
  public void fill(Tensor x, double value) {
    for (long i = 0; i < x.size(); i++) {
      x.set(i, value);
    }
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, y.get(i) + alpha * x.get(i));
    }
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, a.get(i) + b.get(i));
    }
  }

  @Override
  public double sum(Tensor x) {
    double sum = 0;
    for (long i = 0; i < x.size(); i++) {
      sum += x.get(i);
    }
    return sum;
  }

  @Override
  public double squaredNorm(Tensor x) {
    double sum = 0;
    for (long i = 0; i < x.size(); i++) {
      sum += x.get(i) * x.get(i);
    }
    return sum;
  }

  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    Linear.forward(y, x, w, bias, residual);
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
    if (dX != null) {
      Linear.backwardInput(dX, accumulate, dY, w);
    }
    if (dW != null) {
      Linear.backwardWeight(dW, dY, x);
    }
    if (dBias != null) {
      Linear.sumRows(dBias, dY);
    }
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    int width = table.dim(1);
    for (long i = 0; i < y.size(); i++) {
      y.set(i, table.get((long) ids.getInt(i / width) * width + i % width));
    }
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    int width = dTable.dim(1);
    double[] sums = dTable.toDoubles();
    for (long i = 0; i < dY.size(); i++) {
      sums[(int) (ids.getInt(i / width) * (long) width + i % width)] += dY.get(i);
    }
    for (int i = 0; i < sums.length; i++) {
      dTable.set(i, sums[i]);
    }
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, x.get(i) + rows.get(i % rows.size()));
    }
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    Linear.sumRows(dRows, dY);
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
    LayerNorm.forward(y, mean, rstd, x, gain, bias, epsilon);
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
    LayerNorm.backwardParameters(dGain, dBias, dY, mean, rstd, x);
    LayerNorm.backward(dX, accumulate, dY, mean, rstd, x, gain);
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    for (long i = 0; i < y.size(); i++) {
      double u = x.get(i);
      y.set(i, u / 2 * (1 + Math.tanh(GELU_SCALE * (u + GELU_CUBIC * u * u * u))));
    }
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    for (long i = 0; i < dX.size(); i++) {
      double u = x.get(i);
      double tanh = Math.tanh(GELU_SCALE * (u + GELU_CUBIC * u * u * u));
      double inner = GELU_SCALE * (1 + 3 * GELU_CUBIC * u * u);
      double slope = (1 + tanh) / 2 + u / 2 * (1 - tanh * tanh) * inner;
      write(dX, accumulate, i, slope * dY.get(i));
    }
  }

  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    new Attention(y, numHeads).forward(y, logSumExp, qkv);
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
    new Attention(y, numHeads).backward(dQkv, accumulate, dY, y, logSumExp, qkv);
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    for (long i = 0; i < y.size(); i++) {
      double uniform = (CounterRandom.bits(key, i) >>> 11) * 0x1p-53;
      write(y, accumulate, i, uniform < probability ? 0 : x.get(i) / (1 - probability));
    }
  }

  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    CrossEntropy.forward(nll, logSumExp, logits, targets);
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    CrossEntropy.backward(dLogits, accumulate, dNll, logSumExp, logits, targets);
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    new GatedActivation(x, condition).forward(y);
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
    new GatedActivation(x, condition).backward(dX, accumulate, dCondition, accumulateCondition, dY);
  }

  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    new CausalConvolution(x, w, dilation).forward(y, bias);
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
    new CausalConvolution(x, w, dilation).backward(dX, accumulate, dW, dY);
    if (dBias != null) {
      Linear.sumRows(dBias, dY);
    }
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    for (long i = 0; i < parameters.size(); i++) {
      double g = step.gradientScale() * gradients.get(i);
      double mean = step.beta1() * m.get(i) + (1 - step.beta1()) * g;
      double square = step.beta2() * v.get(i) + (1 - step.beta2()) * g * g;
      double p = parameters.get(i);
      double direction = mean / (Math.sqrt(square) * step.vScale() + step.epsilon());
      m.set(i, mean);
      v.set(i, square);
      parameters.set(i, p - step.decay() * p - step.stepSize() * direction);
    }
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    new Conv2d(x, y, taps).forward(w, bias, residual);
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    new Conv2d(dX, dY, taps).backwardInput(accumulate, w);
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    if (dW != null) {
      new Conv2d(x, dY, taps).backwardWeight(dW);
    }
    if (dBias != null) {
      Linear.sumRows(dBias, dY);
    }
  }

  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    Activations.forward(y, x, f);
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    Activations.backward(dX, accumulate, dY, x, f);
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    Activations.concatElu(y, x);
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    Activations.concatEluBackward(dX, accumulate, dY, x);
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    for (long i = 0; i < y.size(); i++) {
      write(y, accumulate, i, a.get(i) * b.get(i));
    }
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
    new Lstm(h, x).forward(h, c, gates, x, wx, wh, bias, h0, c0);
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
    Lstm layer = new Lstm(h, x);
    layer.backwardGates(dH, c, gates, wh, c0);
    linearBackward(dX, accumulate, dWx, dBias, gates, x, wx);
    layer.backwardRecurrentWeight(dWh, h, gates, h0);
  }

  @Override
  public void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    new GridLstm(h, sweep).forward(h, c, gates, x, w);
  }

  @Override
  public void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    new GridLstm(h, sweep).backward(dW, dH, h, c, gates, w);
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    int width = x.dim(2);
    for (int i = 0; i < x.dim(0); i++) {
      for (int j = 0; j < x.dim(1); j++) {
        for (int k = 0; k < width; k++) {
          double value = x.get(((long) i * x.dim(1) + j) * width + k);
          write(y, accumulate, ((long) j * x.dim(0) + i) * width + k, value);
        }
      }
    }
  }

  /** Writes an element, or adds to it. */
  static void write(Tensor x, boolean accumulate, long i, double value) {
    x.set(i, accumulate ? x.get(i) + value : value);
  }
}
