package dev.chainrule.core.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.GuardedTensors;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Taps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The definition: values worked out by hand, and every gradient against central differences. */
class ReferenceConv2dTest {
  private static final double STEP = 1e-5;

  private final Kernels kernels = new ReferenceKernels();
  private final GuardedTensors t = new GuardedTensors(DType.FLOAT64, 11);

  @Test
  void aTapReadsThePlaceThatItNames() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3, 1);
    Tensor y = Tensor.zeros(DType.FLOAT32, 1, 2, 3, 1);
    kernels
        .convolutions()
        .conv2d(y, x, Tensor.of(new float[] {1}, 1, 1, 1), null, null, Taps.at(-1, 1));
    assertThat(y.toFloats()).containsExactly(0, 0, 0, 2, 3, 0);
    kernels
        .convolutions()
        .conv2d(
            y, x, Tensor.of(new float[] {1, 10}, 1, 2, 1), null, null, Taps.rectangle(0, 0, -1, 0));
    assertThat(y.toFloats()).containsExactly(10, 21, 32, 40, 54, 65);
  }

  @Test
  void rasterTapsEndBeforeOrAtTheCentre() {
    assertThat(Taps.raster(3, false).count()).isEqualTo(4);
    assertThat(Taps.raster(3, true).count()).isEqualTo(5);
    assertThat(Taps.raster(7, false).count()).isEqualTo(24);
    assertThat(Taps.raster(3, true).runLength(0)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void convolutionGradients(int stride) {
    Taps taps = Taps.rectangle(-1, 0, -1, 1).withStride(stride);
    int height = Math.ceilDiv(4, stride);
    int width = Math.ceilDiv(3, stride);
    Tensor x = t.normal(2, 4, 3, 2);
    Tensor w = t.normal(3, 6, 2);
    Tensor bias = t.normal(3);
    Tensor y = t.output(2, height, width, 3);
    Tensor dY = t.normal(2, height, width, 3);
    Runnable forward = () -> kernels.convolutions().conv2d(y, x, w, bias, null, taps);
    Tensor dX = t.output(2, 4, 3, 2);
    Tensor dW = Tensor.zeros(DType.FLOAT64, 3, 6, 2);
    Tensor dBias = Tensor.zeros(DType.FLOAT64, 3);
    kernels.convolutions().conv2dBackwardInput(dX, false, dY, w, taps);
    kernels.convolutions().conv2dBackwardWeight(dW, dBias, dY, x, taps);
    check(x, dX, forward, y, dY);
    check(w, dW, forward, y, dY);
    check(bias, dBias, forward, y, dY);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationGradients(Activation f) {
    Tensor x = t.normal(20);
    Tensor y = t.output(20);
    Tensor dY = t.normal(20);
    Tensor dX = t.output(20);
    kernels.activations().activationBackward(dX, false, dY, x, f);
    check(x, dX, () -> kernels.activations().activation(y, x, f), y, dY);
  }

  @Test
  void concatenatedEluGradient() {
    Tensor x = t.normal(3, 4);
    Tensor y = t.output(3, 8);
    Tensor dY = t.normal(3, 8);
    Tensor dX = t.output(3, 4);
    kernels.activations().concatEluBackward(dX, false, dY, x);
    check(x, dX, () -> kernels.activations().concatElu(y, x), y, dY);
  }

  private static void check(Tensor input, Tensor gradient, Runnable forward, Tensor y, Tensor dY) {
    for (int i = 0; i < input.size(); i++) {
      double value = input.get(i);
      input.set(i, value + STEP);
      double above = loss(forward, y, dY);
      input.set(i, value - STEP);
      double below = loss(forward, y, dY);
      input.set(i, value);
      double numeric = (above - below) / (2 * STEP);
      assertThat(gradient.get(i))
          .as("element %d of %s", i, input)
          .isEqualTo(numeric, within(1e-7 * (1 + Math.abs(numeric))));
    }
  }

  private static double loss(Runnable forward, Tensor y, Tensor dY) {
    forward.run();
    double sum = 0;
    for (int i = 0; i < y.size(); i++) {
      sum += y.get(i) * dY.get(i);
    }
    return sum;
  }
}
