package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.kernel.blas.Gemm;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The engine that {@link dev.chainrule.core.kernel.vector} describes. */
public final class VectorKernels implements Kernels, VectorGru, VectorImageKernels {
  private final Gemm gemm = Gemm.get();
  private final StepKernels steps = new VectorSteps();
  private MemorySegment scratch = Memory.allocate(Memory.ALIGNMENT);

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public StepKernels steps() {
    return steps;
  }

  @Override
  public void copy(Tensor y, Tensor x) {
    Linear.copy(y.address(), x.address(), x.size());
  }

  @Override
  public void fill(Tensor x, double value) {
    if (value == 0) {
      x.segment().fill((byte) 0);
    } else {
      Elementwise.fill(x.address(), (float) value, size(x));
    }
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    Elementwise.addScaled(y.address(), x.address(), (float) alpha, size(x));
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    Elementwise.add(y.address(), a.address(), b.address(), size(y));
  }

  @Override
  public double sum(Tensor x) {
    return Elementwise.sum(x.address(), x.size());
  }

  @Override
  public double squaredNorm(Tensor x) {
    return Elementwise.squaredNorm(x.address(), x.size());
  }

  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    Linear.forward(
        gemm,
        y.address(),
        x.address(),
        w.address(),
        address(bias),
        address(residual),
        x.rows(),
        w.dim(1),
        w.dim(0));
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
    Linear.backward(
        gemm,
        address(dX),
        accumulate,
        address(dW),
        address(dBias),
        dY.address(),
        x.address(),
        w.address(),
        x.rows(),
        w.dim(1),
        w.dim(0));
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    int width = table.dim(1);
    for (int n = 0; n < size(ids); n++) {
      long row = table.address() + 4L * width * Memory.getInt(ids.address() + 4L * n);
      Linear.copy(y.address() + 4L * n * width, row, width);
    }
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    int width = dTable.dim(1);
    for (int n = 0; n < size(ids); n++) {
      long row = dTable.address() + 4L * width * Memory.getInt(ids.address() + 4L * n);
      Elementwise.add(row, row, dY.address() + 4L * n * width, width);
    }
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    long block = rows.size();
    for (long from = 0; from < x.size(); from += block) {
      Elementwise.add(y.address() + 4 * from, x.address() + 4 * from, rows.address(), size(rows));
    }
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    Linear.sumRows(dRows.address(), dY.address(), (int) (dY.size() / dRows.size()), size(dRows));
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
    LayerNorm.forward(
        y.address(),
        mean.address(),
        rstd.address(),
        x.address(),
        gain.address(),
        address(bias),
        x.rows(),
        x.dim(-1),
        (float) epsilon);
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
    LayerNorm.backward(
        dX.address(),
        accumulate,
        dGain.address(),
        address(dBias),
        dY.address(),
        mean.address(),
        rstd.address(),
        x.address(),
        gain.address(),
        x.rows(),
        x.dim(-1));
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    Gelu.forward(y.address(), x.address(), size(x));
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    Gelu.backward(dX.address(), accumulate, dY.address(), x.address(), size(x));
  }

  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    attention(y, numHeads)
        .forward(
            y.address(), logSumExp.address(), qkv.address(), y.dim(0), attentionScratch(y.dim(1)));
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
    attention(y, numHeads)
        .backward(
            dQkv.address(),
            accumulate,
            dY.address(),
            logSumExp.address(),
            qkv.address(),
            y.dim(0),
            attentionScratch(y.dim(1)));
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    Dropout.forward(y.address(), accumulate, x.address(), probability, key, size(x));
  }

  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    Softmax.crossEntropy(
        nll.address(),
        logSumExp.address(),
        logits.address(),
        targets.address(),
        logits.rows(),
        logits.dim(-1));
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    Softmax.crossEntropyBackward(
        dLogits.address(),
        accumulate,
        dNll.address(),
        logSumExp.address(),
        logits.address(),
        targets.address(),
        logits.rows(),
        logits.dim(-1));
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    int group = condition == null ? 1 : x.rows() / condition.rows();
    GatedActivation.forward(
        y.address(), x.address(), address(condition), x.rows(), y.dim(-1), group);
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
    if (dCondition != null && !accumulateCondition) {
      fill(dCondition, 0);
    }
    GatedActivation.backward(
        address(dX),
        accumulate,
        address(dCondition),
        dY.address(),
        x.address(),
        address(condition),
        x.rows(),
        dY.dim(-1),
        condition == null ? 1 : x.rows() / condition.rows());
  }

  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    convolution(x, w, dilation).forward(y.address(), x.address(), w.address(), address(bias));
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
    convolution(x, w, dilation)
        .backward(
            address(dX),
            accumulate,
            address(dW),
            address(dBias),
            dY.address(),
            x.address(),
            w.address());
  }

  private CausalConvolution convolution(Tensor x, Tensor w, int dilation) {
    return new CausalConvolution(gemm, x.dim(0), x.dim(1), w.dim(2), w.dim(1), w.dim(0), dilation);
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    AdamW.step(
        parameters.address(),
        gradients.address(),
        m.address(),
        v.address(),
        parameters.size(),
        step);
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    Conv2d conv = conv2d(x, y, taps);
    long memory = scratch(conv.scratchBytes());
    conv.forward(
        gemm, y.address(), x.address(), w.address(), address(bias), address(residual), memory);
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    Conv2d conv = conv2d(dX, dY, taps);
    long memory = scratch(conv.scratchBytes());
    conv.backwardInput(gemm, dX.address(), accumulate, dY.address(), w.address(), memory);
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    Conv2d conv = conv2d(x, dY, taps);
    long memory = scratch(conv.scratchBytes());
    conv.backwardWeight(gemm, address(dW), address(dBias), dY.address(), x.address(), memory);
  }

  private static Conv2d conv2d(Tensor x, Tensor y, Taps taps) {
    return new Conv2d(taps, x.dim(0), x.dim(1), x.dim(2), x.dim(3), y.dim(1), y.dim(2), y.dim(3));
  }

  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    Activations.forward(y.address(), x.address(), f, size(x));
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    Activations.backward(dX.address(), accumulate, dY.address(), x.address(), f, size(x));
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    Activations.concatElu(y.address(), x.address(), x.rows(), x.dim(-1));
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    Activations.concatEluBackward(
        dX.address(), accumulate, dY.address(), x.address(), x.rows(), x.dim(-1));
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    Activations.multiply(y.address(), accumulate, a.address(), b.address(), size(y));
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
    Lstm layer = lstm(h, x);
    layer.forward(arrays(layer, h, c, gates, x, wx, wh, h0, c0), bias.address());
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
    Lstm layer = lstm(h, x);
    layer.backward(
        new Lstm.Gradients(address(dX), accumulate, dWx.address(), dWh.address(), dBias.address()),
        dH.address(),
        arrays(layer, h, c, gates, x, wx, wh, h0, c0));
  }

  @Override
  public void gridLstm(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    GridLstm layer = new GridLstm(gemm, sweep, h.dim(1), h.dim(2));
    long memory = scratch(layer.scratchBytes());
    layer.forward(h.address(), c.address(), gates.address(), x.address(), w.address(), memory);
  }

  @Override
  public void gridLstmBackward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    GridLstm layer = new GridLstm(gemm, sweep, h.dim(1), h.dim(2));
    long memory = scratch(layer.scratchBytes());
    long to = dW.address();
    layer.backward(
        to, dH.address(), h.address(), c.address(), gates.address(), w.address(), memory);
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    int width = x.dim(2);
    for (int i = 0; i < x.dim(0); i++) {
      for (int j = 0; j < x.dim(1); j++) {
        long from = x.address() + 4L * width * ((long) i * x.dim(1) + j);
        long to = y.address() + 4L * width * ((long) j * x.dim(0) + i);
        if (accumulate) {
          Elementwise.add(to, to, from, width);
        } else {
          Linear.copy(to, from, width);
        }
      }
    }
  }

  private Lstm.Arrays arrays(
      Lstm layer,
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    return new Lstm.Arrays(
        h.address(),
        c.address(),
        gates.address(),
        x.address(),
        wx.address(),
        wh.address(),
        address(h0),
        address(c0),
        scratch(layer.scratchBytes()));
  }

  private Lstm lstm(Tensor h, Tensor x) {
    return new Lstm(gemm, h.dim(0), h.dim(1), x.dim(2), h.dim(2));
  }

  private CausalAttention attention(Tensor y, int numHeads) {
    return new CausalAttention(gemm, y.dim(1), numHeads, y.dim(2) / numHeads);
  }

  private long attentionScratch(int time) {
    return scratch(CausalAttention.scratchBytes(time));
  }

  /** Scratch memory of at least this size, kept from call to call. */
  private long scratch(long bytes) {
    if (scratch.byteSize() < bytes) {
      scratch = Memory.allocate(bytes);
    }
    return scratch.address();
  }

  private static long address(@Nullable Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  private static int size(Tensor tensor) {
    return Math.toIntExact(tensor.size());
  }
}
