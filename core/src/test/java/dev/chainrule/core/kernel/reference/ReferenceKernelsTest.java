package dev.chainrule.core.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.GuardedTensors;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Sweep;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The definition: values worked out by hand, and every gradient against central differences. */
class ReferenceKernelsTest {
  private final Kernels kernels = new ReferenceKernels();
  private final GuardedTensors t = new GuardedTensors(DType.FLOAT64, 7);

  @Test
  void valuesWorkedOutByHand() {
    Tensor y = Tensor.zeros(DType.FLOAT32, 1, 2);
    Tensor x = Tensor.of(new float[] {1, 2}, 1, 2);
    Tensor w = Tensor.of(new float[] {3, 4, 5, 6}, 2, 2);
    kernels.linear().linear(y, x, w, Tensor.of(new float[] {10, 20}, 2), x);
    assertThat(y.toFloats()).containsExactly(3 + 8 + 10 + 1, 5 + 12 + 20 + 2);

    kernels.activations().gelu(y, Tensor.of(new float[] {1, -1}, 1, 2));
    assertThat(y.get(0)).isEqualTo(0.841192, within(1e-6));
    assertThat(y.get(1)).isEqualTo(-0.158808, within(1e-6));

    Tensor nll = Tensor.zeros(DType.FLOAT32, 2);
    Tensor logits = Tensor.of(new float[] {0, 0, 0, (float) Math.log(3)}, 2, 2);
    kernels
        .softmax()
        .crossEntropy(nll, Tensor.zeros(DType.FLOAT32, 2), logits, Tensor.of(new int[] {-1, 1}, 2));
    assertThat(nll.get(0)).isZero();
    assertThat(nll.get(1)).isEqualTo(-Math.log(0.75), within(1e-6));
  }

  @Test
  void attentionOfTheFirstPositionIsItsOwnValue() {
    Tensor y = t.output(1, 2, 2);
    Tensor logSumExp = t.output(1, 1, 2);
    Tensor qkv = t.normal(1, 2, 6);
    kernels.attention().causalAttention(y, logSumExp, qkv, 1);
    assertThat(y.get(0)).isEqualTo(qkv.get(4), within(1e-12));
    assertThat(y.get(1)).isEqualTo(qkv.get(5), within(1e-12));
    double own = (qkv.get(6) * qkv.get(8) + qkv.get(7) * qkv.get(9)) / Math.sqrt(2);
    double first = (qkv.get(6) * qkv.get(2) + qkv.get(7) * qkv.get(3)) / Math.sqrt(2);
    double p = 1 / (1 + Math.exp(first - own));
    assertThat(y.get(2)).isEqualTo(p * qkv.get(10) + (1 - p) * qkv.get(4), within(1e-12));
    assertThat(logSumExp.get(1))
        .isEqualTo(Math.log(Math.exp(own) + Math.exp(first)), within(1e-12));
  }

  @Test
  void dropoutKeepsTheStatedShareAndItsMean() {
    Tensor x = t.normalAround(1, 0, 20_000);
    Tensor y = t.output(20_000);
    kernels.attention().dropout(y, false, x, 0.25, 99);
    double sum = 0;
    int zeros = 0;
    for (double value : y.toDoubles()) {
      sum += value;
      zeros += value == 0 ? 1 : 0;
    }
    assertThat(zeros).isBetween(4800, 5200);
    assertThat(sum).isEqualTo((20_000 - zeros) / 0.75, within(1e-6));
  }

  @Test
  void adamWTakesTheFirstStepOfTheLearningRate() {
    Tensor p = Tensor.of(new float[] {1, 1}, 2);
    Tensor g = Tensor.of(new float[] {0.1f, -20}, 2);
    Tensor m = Tensor.zeros(DType.FLOAT32, 2);
    Tensor v = Tensor.zeros(DType.FLOAT32, 2);
    double rate = 0.01;
    AdamWStep step =
        new AdamWStep(1, 0.9, 0.99, rate / (1 - 0.9), 1 / Math.sqrt(1 - 0.99), 1e-8, rate * 0.1);
    kernels.arrays().adamW(p, g, m, v, step);
    assertThat(p.get(0)).isEqualTo(1 - 0.001 - 0.01, within(1e-6));
    assertThat(p.get(1)).isEqualTo(1 - 0.001 + 0.01, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void linearGradients(boolean accumulate) {
    Tensor x = t.normal(3, 4);
    Tensor w = t.normal(5, 4);
    Tensor bias = t.normal(5);
    Tensor y = t.output(3, 5);
    Tensor dY = t.normal(3, 5);
    Runnable forward = () -> kernels.linear().linear(y, x, w, bias, null);
    Gradient dX = new Gradient(t, x, accumulate);
    Gradient dW = new Gradient(t, w, true);
    Gradient dBias = new Gradient(t, bias, true);
    kernels.linear().linearBackward(dX.tensor, accumulate, dW.tensor, dBias.tensor, dY, x, w);
    dX.check(forward, y, dY);
    dW.check(forward, y, dY);
    dBias.check(forward, y, dY);
  }

  @Test
  void embeddingGradient() {
    Tensor table = t.normal(4, 3);
    Tensor ids = t.ints(0, 4, 7);
    Tensor y = t.output(7, 3);
    Tensor dY = t.normal(7, 3);
    Gradient dTable = new Gradient(t, table, true);
    kernels.linear().embeddingBackward(dTable.tensor, dY, ids);
    dTable.check(() -> kernels.linear().embedding(y, ids, table), y, dY);
  }

  @Test
  void addRowsGradient() {
    Tensor x = t.normal(6, 2);
    Tensor rows = t.normal(3, 2);
    Tensor y = t.output(6, 2);
    Tensor dY = t.normal(6, 2);
    Gradient dRows = new Gradient(t, rows, true);
    kernels.linear().addRowsBackward(dRows.tensor, dY);
    dRows.check(() -> kernels.linear().addRows(y, x, rows), y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void layerNormGradients(boolean accumulate) {
    Tensor x = t.normalAround(1, 2, 3, 5);
    Tensor gain = t.normal(5);
    Tensor bias = t.normal(5);
    Tensor y = t.output(3, 5);
    Tensor mean = t.output(3);
    Tensor rstd = t.output(3);
    Tensor dY = t.normal(3, 5);
    Runnable forward = () -> kernels.attention().layerNorm(y, mean, rstd, x, gain, bias, 1e-3);
    forward.run();
    Gradient dX = new Gradient(t, x, accumulate);
    Gradient dGain = new Gradient(t, gain, true);
    Gradient dBias = new Gradient(t, bias, true);
    kernels
        .attention()
        .layerNormBackward(
            dX.tensor, accumulate, dGain.tensor, dBias.tensor, dY, mean, rstd, x, gain);
    dX.check(forward, y, dY);
    dGain.check(forward, y, dY);
    dBias.check(forward, y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void geluGradient(boolean accumulate) {
    Tensor x = t.normalAround(0, 2, 30);
    Tensor y = t.output(30);
    Tensor dY = t.normal(30);
    Gradient dX = new Gradient(t, x, accumulate);
    kernels.activations().geluBackward(dX.tensor, accumulate, dY, x);
    dX.check(() -> kernels.activations().gelu(y, x), y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void causalAttentionGradient(boolean accumulate) {
    Tensor qkv = t.normal(2, 5, 3 * 6);
    Tensor y = t.output(2, 5, 6);
    Tensor logSumExp = t.output(2, 3, 5);
    Tensor dY = t.normal(2, 5, 6);
    Runnable forward = () -> kernels.attention().causalAttention(y, logSumExp, qkv, 3);
    forward.run();
    Gradient dQkv = new Gradient(t, qkv, accumulate);
    kernels.attention().causalAttentionBackward(dQkv.tensor, accumulate, dY, y, logSumExp, qkv, 3);
    dQkv.check(forward, y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gatedActivationGradients(boolean accumulate) {
    Tensor x = t.normal(6, 4);
    Tensor condition = t.normal(3, 4);
    Tensor y = t.output(6, 2);
    Tensor dY = t.normal(6, 2);
    Gradient dX = new Gradient(t, x, accumulate);
    Gradient dCondition = new Gradient(t, condition, !accumulate);
    kernels
        .activations()
        .gatedActivationBackward(
            dX.tensor, accumulate, dCondition.tensor, !accumulate, dY, x, condition);
    Runnable forward = () -> kernels.activations().gatedActivation(y, x, condition);
    dX.check(forward, y, dY);
    dCondition.check(forward, y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void causalConv1dGradients(boolean accumulate) {
    Tensor x = t.normal(2, 7, 3);
    Tensor w = t.normal(3, 4, 3);
    Tensor bias = t.normal(4);
    Tensor y = t.output(2, 7, 4);
    Tensor dY = t.normal(2, 7, 4);
    Gradient dX = new Gradient(t, x, accumulate);
    Gradient dW = new Gradient(t, w, true);
    Gradient dBias = new Gradient(t, bias, true);
    kernels
        .convolutions()
        .causalConv1dBackward(dX.tensor, accumulate, dW.tensor, dBias.tensor, dY, x, w, 2);
    Runnable forward = () -> kernels.convolutions().causalConv1d(y, x, w, bias, 2);
    dX.check(forward, y, dY);
    dW.check(forward, y, dY);
    dBias.check(forward, y, dY);
  }

  @Test
  void causalConv1dReadsThePresentWithItsLastTap() {
    Tensor y = Tensor.zeros(DType.FLOAT32, 1, 4, 1);
    Tensor x = Tensor.of(new float[] {1, 10, 100, 1000}, 1, 4, 1);
    Tensor w = Tensor.of(new float[] {2, 3}, 2, 1, 1);
    kernels.convolutions().causalConv1d(y, x, w, Tensor.of(new float[] {0.5f}, 1), 2);
    assertThat(y.toFloats()).containsExactly(3.5f, 30.5f, 302.5f, 3020.5f);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dropoutGradient(boolean accumulate) {
    Tensor x = t.normal(40);
    Tensor y = t.output(40);
    Tensor dY = t.normal(40);
    Gradient dX = new Gradient(t, x, accumulate);
    kernels.attention().dropout(dX.tensor, accumulate, dY, 0.3, 5);
    dX.check(() -> kernels.attention().dropout(y, false, x, 0.3, 5), y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void crossEntropyGradient(boolean accumulate) {
    Tensor logits = t.normalAround(0, 2, 6, 5);
    Tensor targets = t.ints(-1, 5, 6);
    targets.set(2, -1);
    Tensor nll = t.output(6);
    Tensor logSumExp = t.output(6);
    Tensor dNll = t.normal(6);
    Runnable forward = () -> kernels.softmax().crossEntropy(nll, logSumExp, logits, targets);
    forward.run();
    Gradient dLogits = new Gradient(t, logits, accumulate);
    kernels
        .softmax()
        .crossEntropyBackward(dLogits.tensor, accumulate, dNll, logSumExp, logits, targets);
    dLogits.check(forward, nll, dNll);
  }

  /** The gradient of {@code sum(dY * y)} for one input, added to something where accumulated. */
  @Test
  void gridLstmGradients() {
    for (Sweep sweep : List.of(Sweep.byRows(3, 3), Sweep.byDiagonals(2, 4))) {
      int rows = sweep.rows();
      Tensor x = t.normal(rows, 2, 8);
      Tensor w = t.normal(sweep.taps(), 8, 2);
      Tensor h = t.output(rows, 2, 2);
      Tensor c = t.output(rows, 2, 2);
      Tensor gates = t.output(rows, 2, 8);
      Tensor dH = t.normal(rows, 2, 2);
      Tensor dY = t.output(rows, 2, 2);
      dY.copyFrom(dH);
      Runnable forward = () -> kernels.recurrent().gridLstm(h, c, gates, x, w, sweep);
      forward.run();
      Gradient dW = new Gradient(t, w, true);
      Gradient dX = new Gradient(t, x, false);
      kernels.recurrent().gridLstmBackward(dW.tensor, dH, h, c, gates, w, sweep);
      dX.tensor.copyFrom(gates);
      dW.check(forward, h, dY);
      dX.check(forward, h, dY);
    }
  }
}
