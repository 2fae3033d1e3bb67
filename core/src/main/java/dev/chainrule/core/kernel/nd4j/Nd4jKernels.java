package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.kernel.reference.ReferenceSteps;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The engine that {@link dev.chainrule.core.kernel.nd4j} describes. */
public final class Nd4jKernels implements Kernels, Nd4jGru, Nd4jGridLstm {
  private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  /** ND4J has no products of prepared weights: the reference's stand in. */
  private final StepKernels steps = new ReferenceSteps();

  private @Nullable INDArray causalMask;

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public StepKernels steps() {
    return steps;
  }

  @Override
  public void copy(Tensor y, Tensor x) {
    row(y).assign(row(x));
  }

  @Override
  public void fill(Tensor x, double value) {
    x.ndarray().assign(value);
  }

  @Override
  public void addScaled(Tensor y, Tensor x, double alpha) {
    try (Temporaries t = new Temporaries()) {
      row(y).addi(t.own(row(x).mul(alpha)));
    }
  }

  @Override
  public void add(Tensor y, Tensor a, Tensor b) {
    try (Temporaries t = new Temporaries()) {
      row(y).assign(t.own(row(a).add(row(b))));
    }
  }

  @Override
  public double sum(Tensor x) {
    return Sums.sum(x.ndarray());
  }

  @Override
  public double squaredNorm(Tensor x) {
    return Sums.squaredNorm(x.ndarray());
  }

  @Override
  public void linear(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    try (Temporaries t = new Temporaries()) {
      INDArray product = t.own(matrix(x).mmul(w.ndarray().transpose()));
      if (bias != null) {
        product.addiRowVector(row(bias));
      }
      if (residual != null) {
        product.addi(matrix(residual));
      }
      matrix(y).assign(product);
    }
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
    try (Temporaries t = new Temporaries()) {
      if (dW != null) {
        dW.ndarray().addi(t.own(matrix(dY).transpose().mmul(matrix(x))));
      }
      if (dBias != null) {
        row(dBias).addi(t.own(matrix(dY).sum(true, 0)));
      }
      if (dX != null) {
        write(matrix(dX), accumulate, t.own(matrix(dY).mmul(w.ndarray())));
      }
    }
  }

  @Override
  public void embedding(Tensor y, Tensor ids, Tensor table) {
    INDArray rows = matrix(y);
    for (int n = 0; n < ids.size(); n++) {
      rows.getRow(n).assign(table.ndarray().getRow(ids.getInt(n)));
    }
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    INDArray rows = matrix(dY);
    for (int n = 0; n < ids.size(); n++) {
      dTable.ndarray().getRow(ids.getInt(n)).addi(rows.getRow(n));
    }
  }

  @Override
  public void addRows(Tensor y, Tensor x, Tensor rows) {
    try (Temporaries t = new Temporaries()) {
      blocks(y, rows).assign(t.own(blocks(x, rows).addRowVector(row(rows))));
    }
  }

  @Override
  public void addRowsBackward(Tensor dRows, Tensor dY) {
    try (Temporaries t = new Temporaries()) {
      row(dRows).addi(t.own(blocks(dY, dRows).sum(true, 0)));
    }
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
    try (Temporaries t = new Temporaries()) {
      INDArray mu = t.own(matrix(x).mean(true, 1));
      INDArray centred = t.own(matrix(x).subColumnVector(mu));
      INDArray squares = t.own(centred.mul(centred));
      INDArray variance = t.own(squares.mean(true, 1));
      INDArray scale = Transforms.sqrt(variance.addi(epsilon), false).rdivi(1);
      centred.muliColumnVector(scale).muliRowVector(row(gain));
      if (bias != null) {
        centred.addiRowVector(row(bias));
      }
      matrix(y).assign(centred);
      column(mean).assign(mu);
      column(rstd).assign(scale);
    }
  }

  /** With g = dY * gain and n the normalised x: {@code dX = rstd (g - mean(g) - n mean(g n))}. */
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
    try (Temporaries t = new Temporaries()) {
      INDArray d = matrix(dY);
      INDArray normal = t.own(matrix(x).subColumnVector(column(mean)));
      normal.muliColumnVector(column(rstd));
      INDArray dNormal = t.own(d.mul(normal));
      row(dGain).addi(t.own(dNormal.sum(true, 0)));
      if (dBias != null) {
        row(dBias).addi(t.own(d.sum(true, 0)));
      }
      INDArray g = t.own(d.mulRowVector(row(gain)));
      INDArray meanG = t.own(g.mean(true, 1));
      INDArray gn = t.own(g.mul(normal));
      INDArray meanGn = t.own(gn.mean(true, 1));
      g.subiColumnVector(meanG).subi(normal.muliColumnVector(meanGn));
      write(matrix(dX), accumulate, g.muliColumnVector(column(rstd)));
    }
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      INDArray half = t.own(row(x).mul(0.5));
      row(y).assign(t.own(geluTanh(row(x))).addi(1).muli(half));
    }
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      INDArray u = row(x);
      INDArray tanh = t.own(geluTanh(u));
      INDArray inner = t.own(u.mul(u)).muli(3 * GELU_CUBIC).addi(1).muli(GELU_SCALE);
      INDArray slope =
          t.own(tanh.mul(tanh)).rsubi(1).muli(inner).muli(u).addi(tanh).addi(1).muli(0.5);
      write(row(dX), accumulate, slope.muli(row(dY)));
    }
  }

  private static INDArray geluTanh(INDArray x) {
    INDArray inner = x.mul(x).muli(GELU_CUBIC).addi(1).muli(x).muli(GELU_SCALE);
    return Transforms.tanh(inner, false);
  }

  @Override
  public void causalAttention(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    Attention attention = attention(y, numHeads);
    try (Temporaries t = new Temporaries()) {
      attention.forward(t, matrix(y), matrix(logSumExp), matrix(qkv));
    }
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
    Attention attention = attention(y, numHeads);
    try (Temporaries t = new Temporaries()) {
      attention.backward(
          t, matrix(dQkv), accumulate, matrix(dY), matrix(y), matrix(logSumExp), matrix(qkv));
    }
  }

  @Override
  public void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    double[] factors = new double[Math.toIntExact(x.size())];
    for (int i = 0; i < factors.length; i++) {
      double uniform = (CounterRandom.bits(key, i) >>> 11) * 0x1p-53;
      factors[i] = uniform < probability ? 0 : 1 / (1 - probability);
    }
    try (Temporaries t = new Temporaries()) {
      INDArray mask = t.own(t.own(Nd4j.createFromArray(factors)).castTo(x.dtype().nd4j()));
      write(row(y), accumulate, mask.reshape(1, factors.length).muli(row(x)));
    }
  }

  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    CrossEntropy.forward(nll, column(logSumExp), matrix(logits), targets);
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    try (Temporaries t = new Temporaries()) {
      INDArray d =
          CrossEntropy.backward(t, column(dNll), column(logSumExp), matrix(logits), targets);
      write(matrix(dLogits), accumulate, d);
    }
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    try (Temporaries t = new Temporaries()) {
      new GatedActivation(t, matrix(x), matrixOrNull(condition)).forward(matrix(y));
    }
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
    try (Temporaries t = new Temporaries()) {
      new GatedActivation(t, matrix(x), matrixOrNull(condition))
          .backward(
              t,
              matrixOrNull(dX),
              accumulate,
              matrixOrNull(dCondition),
              accumulateCondition,
              matrix(dY));
    }
  }

  @Override
  public void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    try (Temporaries t = new Temporaries()) {
      new CausalConvolution(t, x.ndarray(), w.ndarray(), dilation)
          .forward(y.ndarray(), bias == null ? null : row(bias));
    }
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
    try (Temporaries t = new Temporaries()) {
      new CausalConvolution(t, x.ndarray(), w.ndarray(), dilation)
          .backward(
              dX == null ? null : dX.ndarray(),
              accumulate,
              dW == null ? null : dW.ndarray(),
              dBias == null ? null : row(dBias),
              dY.ndarray());
    }
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    AdamW.update(row(parameters), row(gradients), row(m), row(v), step);
  }

  @Override
  public void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    try (Temporaries t = new Temporaries()) {
      new Conv2d(x, y, taps).forward(t, w, bias, residual);
    }
  }

  @Override
  public void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    try (Temporaries t = new Temporaries()) {
      new Conv2d(dX, dY, taps).backwardInput(t, accumulate, w);
    }
  }

  @Override
  public void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    try (Temporaries t = new Temporaries()) {
      if (dW != null) {
        new Conv2d(x, dY, taps).backwardWeight(t, dW);
      }
      if (dBias != null) {
        row(dBias).addi(t.own(matrix(dY).sum(true, 0)));
      }
    }
  }

  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    Activations.forward(row(y), row(x), f);
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    try (Temporaries t = new Temporaries()) {
      write(row(dX), accumulate, Activations.slope(t, row(x), f).muli(row(dY)));
    }
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      Activations.concatElu(t, matrix(y), matrix(x));
    }
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      write(matrix(dX), accumulate, Activations.concatEluBackward(t, matrix(dY), matrix(x)));
    }
  }

  @Override
  public void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    try (Temporaries t = new Temporaries()) {
      write(row(y), accumulate, t.own(row(a).mul(row(b))));
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
    linear(gates, x, wx, bias, null);
    Lstm.of(h).forward(matrix(h), matrix(c), matrix(gates), wh.ndarray(), orNull(h0), orNull(c0));
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
    Lstm layer = Lstm.of(h);
    layer.backwardGates(matrix(dH), matrix(c), matrix(gates), wh.ndarray(), orNull(c0));
    linearBackward(dX, accumulate, dWx, dBias, gates, x, wx);
    layer.backwardRecurrentWeight(dWh.ndarray(), matrix(h), matrix(gates), orNull(h0));
  }

  @Override
  public void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    write(y.ndarray(), accumulate, x.ndarray().permute(1, 0, 2));
  }

  private static @Nullable INDArray orNull(@Nullable Tensor x) {
    return x == null ? null : matrix(x);
  }

  /** Writes an array, or adds to it. */
  static void write(INDArray x, boolean accumulate, INDArray value) {
    if (accumulate) {
      x.addi(value);
    } else {
      x.assign(value);
    }
  }

  private Attention attention(Tensor y, int numHeads) {
    int time = y.dim(1);
    return new Attention(causalMask(y.dtype(), time), time, numHeads, y.dim(2) / numHeads);
  }

  /** Kept from call to call. */
  private INDArray causalMask(DType dtype, int time) {
    INDArray mask = causalMask;
    if (mask == null || mask.rows() != time || mask.dataType() != dtype.nd4j()) {
      Tensor future = Tensor.zeros(dtype, time, time);
      for (int t = 0; t < time; t++) {
        for (int s = t + 1; s < time; s++) {
          future.set((long) t * time + s, Double.NEGATIVE_INFINITY);
        }
      }
      mask = future.ndarray();
      causalMask = mask;
    }
    return mask;
  }

  /** Rows and columns, the columns being the last dimension. */
  static INDArray matrix(Tensor x) {
    return x.ndarray().reshape('c', x.rows(), x.dim(-1));
  }

  private static @Nullable INDArray matrixOrNull(@Nullable Tensor x) {
    return x == null ? null : matrix(x);
  }

  /** As many columns as {@code rows} has elements. */
  private static INDArray blocks(Tensor x, Tensor rows) {
    return x.ndarray().reshape('c', x.size() / rows.size(), rows.size());
  }

  private static INDArray row(Tensor x) {
    return x.ndarray().reshape('c', 1, x.size());
  }

  private static INDArray column(Tensor x) {
    return x.ndarray().reshape('c', x.size(), 1);
  }
}
