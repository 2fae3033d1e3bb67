package dev.chainrule.core.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.GuardedTensors;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.TransformerKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What transformers since LLaMA have: values worked out by hand, and gradients. */
class ReferenceTransformerTest {
  private final Kernels all = new ReferenceKernels();
  private final TransformerKernels kernels = all.transformer();
  private final GuardedTensors t = new GuardedTensors(DType.FLOAT64, 8);

  @Test
  void valuesWorkedOutByHand() {
    Tensor y = t.output(1, 4);
    Tensor x = t.normal(1, 4);
    for (int i = 0; i < 4; i++) {
      x.set(i, i + 3);
    }
    Tensor gain = t.normal(2);
    kernels.rmsNorm(y, t.output(1, 2), x, gain, 0.5);
    assertThat(y.get(1)).isCloseTo(4 / Math.sqrt(13) * gain.get(1), within(1e-12));
    assertThat(y.get(2)).isCloseTo(5 / Math.sqrt(31) * gain.get(0), within(1e-12));

    Tensor one = t.normal(3);
    one.set(0, 1);
    one.set(1, -2);
    one.set(2, 0);
    Tensor f = t.output(3);
    kernels.gatedUnit(f, one, null, GateFunction.SILU);
    assertThat(f.get(0)).isCloseTo(0.7310585786300049, within(1e-12));
    kernels.gatedUnit(f, one, null, GateFunction.GELU);
    assertThat(f.get(0)).isCloseTo(0.8413447460685429, within(1e-12));
    assertThat(f.get(1)).isCloseTo(-0.0455002638963584, within(1e-12));
    kernels.gatedUnit(f, one, one, GateFunction.RELU);
    assertThat(f.toDoubles()).containsExactly(new double[] {1, 0, 0}, within(0.0));
    kernels.softCap(f, one, 0.5);
    assertThat(f.get(0)).isCloseTo(0.5 * Math.tanh(2), within(1e-12));
  }

  @Test
  void quarterTurnsExchangeTheHalves() {
    Tensor x = t.normal(1, 2, 4);
    Tensor cos = t.normal(2, 2);
    Tensor sin = t.normal(2, 2);
    cos.fill(0);
    sin.fill(1);
    Tensor y = t.output(1, 2, 4);
    kernels.rotary(y, false, x, cos, sin, false);
    assertThat(y.get(0)).isEqualTo(-x.get(2));
    assertThat(y.get(2)).isEqualTo(x.get(0));
    assertThat(y.get(5)).isEqualTo(-x.get(7));
    kernels.rotary(y, false, y, cos, sin, true);
    assertThat(y.toDoubles()).isEqualTo(x.toDoubles());
  }

  @Test
  void onGroupsOfOneItIsCausalAttention() {
    Tensor qkv = t.normal(2, 5, 18);
    Tensor expected = t.output(2, 5, 6);
    Tensor expectedSums = t.output(2, 3, 5);
    all.attention().causalAttention(expected, expectedSums, qkv, 3);
    Tensor[] parts = new Tensor[3];
    for (int p = 0; p < 3; p++) {
      parts[p] = t.output(2, 5, 6);
      for (int row = 0; row < 10; row++) {
        for (int i = 0; i < 6; i++) {
          parts[p].set(row * 6 + i, qkv.get(row * 18 + p * 6 + i));
        }
      }
    }
    Tensor y = t.output(2, 5, 6);
    Tensor sums = t.output(2, 3, 5);
    AttentionShape shape = new AttentionShape(3, 3, 0, 1 / Math.sqrt(2), 0);
    kernels.groupedAttention(y, sums, parts[0], parts[1], parts[2], shape);
    assertThat(y.toDoubles()).containsExactly(expected.toDoubles(), within(1e-12));
    assertThat(sums.toDoubles()).containsExactly(expectedSums.toDoubles(), within(1e-12));
  }

  @Test
  void aWindowOfOneSeesItselfAlone() {
    Tensor v = t.normal(1, 4, 2);
    Tensor y = t.output(1, 4, 4);
    AttentionShape shape = new AttentionShape(2, 1, 1, 1, 0);
    kernels.groupedAttention(y, t.output(1, 2, 4), t.normal(1, 4, 4), t.normal(1, 4, 2), v, shape);
    for (int row = 0; row < 4; row++) {
      for (int i = 0; i < 4; i++) {
        assertThat(y.get(row * 4 + i)).isCloseTo(v.get(row * 2 + i % 2), within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rmsNormGradients(boolean accumulate) {
    Tensor x = t.normalAround(1, 2, 3, 10);
    Tensor gain = t.normal(5);
    Tensor y = t.output(3, 10);
    Tensor root = t.output(3, 2);
    Tensor dY = t.normal(3, 10);
    Runnable forward = () -> kernels.rmsNorm(y, root, x, gain, 1e-3);
    forward.run();
    Gradient dX = new Gradient(t, x, accumulate);
    Gradient dGain = new Gradient(t, gain, true);
    kernels.rmsNormBackward(dX.tensor, accumulate, dGain.tensor, dY, root, x, gain);
    dX.check(forward, y, dY);
    dGain.check(forward, y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rotaryGradient(boolean accumulate) {
    Tensor x = t.normal(2, 3, 8);
    Tensor cos = t.normal(4, 2);
    Tensor sin = t.normal(4, 2);
    Tensor y = t.output(2, 3, 8);
    Tensor dY = t.normal(2, 3, 8);
    Gradient dX = new Gradient(t, x, accumulate);
    kernels.rotary(dX.tensor, accumulate, dY, cos, sin, true);
    dX.check(() -> kernels.rotary(y, false, x, cos, sin, false), y, dY);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void groupedAttentionGradients(int window) {
    for (double softcap : new double[] {0, 1.5}) {
      boolean accumulate = window == 1;
      AttentionShape shape = new AttentionShape(4, 2, window, 0.6, softcap);
      Tensor q = t.normal(2, 5, 12);
      Tensor k = t.normal(2, 5, 6);
      Tensor v = t.normal(2, 5, 6);
      Tensor y = t.output(2, 5, 12);
      Tensor sums = t.output(2, 4, 5);
      Tensor dY = t.normal(2, 5, 12);
      Runnable forward = () -> kernels.groupedAttention(y, sums, q, k, v, shape);
      forward.run();
      Gradient dQ = new Gradient(t, q, accumulate);
      Gradient dK = new Gradient(t, k, accumulate);
      Gradient dV = new Gradient(t, v, accumulate);
      kernels.groupedAttentionBackward(
          dQ.tensor, dK.tensor, dV.tensor, accumulate, dY, y, sums, q, k, v, shape);
      dQ.check(forward, y, dY);
      dK.check(forward, y, dY);
      dV.check(forward, y, dY);
    }
  }

  @ParameterizedTest
  @EnumSource(GateFunction.class)
  void gatedUnitGradients(GateFunction f) {
    boolean accumulate = f == GateFunction.SILU;
    Tensor gate = t.normalAround(0, 2, 30);
    Tensor up = t.normal(30);
    Tensor y = t.output(30);
    Tensor dY = t.normal(30);
    Gradient dGate = new Gradient(t, gate, accumulate);
    Gradient dUp = new Gradient(t, up, !accumulate);
    kernels.gatedUnitBackward(dGate.tensor, accumulate, dUp.tensor, !accumulate, dY, gate, up, f);
    Runnable forward = () -> kernels.gatedUnit(y, gate, up, f);
    dGate.check(forward, y, dY);
    dUp.check(forward, y, dY);
    Gradient alone = new Gradient(t, gate, accumulate);
    kernels.gatedUnitBackward(alone.tensor, accumulate, null, false, dY, gate, null, f);
    alone.check(() -> kernels.gatedUnit(y, gate, null, f), y, dY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void softCapGradient(boolean accumulate) {
    Tensor x = t.normalAround(0, 3, 30);
    Tensor y = t.output(30);
    Tensor dY = t.normal(30);
    Runnable forward = () -> kernels.softCap(y, x, 2);
    forward.run();
    Gradient dX = new Gradient(t, x, accumulate);
    kernels.softCapBackward(dX.tensor, accumulate, dY, y, 2);
    dX.check(forward, y, dY);
  }
}
