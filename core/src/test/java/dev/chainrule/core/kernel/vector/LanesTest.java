package dev.chainrule.core.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The functions that kernels are made of, over the whole range of float. */
class LanesTest {
  private static final float MAX_EXP = 88.72284f;
  private static final float MIN_EXP = -86.98f;

  @Test
  void expIsWithinTwoUnitsInTheLastPlace() {
    float[] x = floatsOfAllMagnitudes();
    float[] y = apply(Lanes::exp, x);
    for (int i = 0; i < x.length; i++) {
      double exact = Math.exp(x[i]);
      if (x[i] < MIN_EXP) {
        assertThat(y[i]).as("exp(%s)", x[i]).isBetween(0f, Math.nextUp((float) Math.exp(MIN_EXP)));
      } else if (x[i] > MAX_EXP) {
        assertThat(y[i]).as("exp(%s)", x[i]).isEqualTo(Float.POSITIVE_INFINITY);
      } else if (!(Math.abs(y[i] - exact) <= 2 * Math.ulp((float) exact))) {
        assertThat(y[i]).as("exp(%s)", x[i]).isEqualTo((float) exact);
      }
    }
  }

  @Test
  void sigmoidIsWithinFourUnitsInTheLastPlace() {
    float[] x = floatsOfAllMagnitudes();
    float[] y = apply(Lanes::sigmoid, x);
    for (int i = 0; i < x.length; i++) {
      double exact = 1 / (1 + Math.exp(-(double) x[i]));
      double tolerance = x[i] < -MAX_EXP ? 1e-38 : 4 * Math.ulp((float) exact);
      if (!(Math.abs(y[i] - exact) <= tolerance)) {
        assertThat(y[i]).as("sigmoid(%s)", x[i]).isEqualTo((float) exact);
      }
    }
  }

  @Test
  void tanhIsWithinItsAbsoluteError() {
    float[] x = floatsOfAllMagnitudes();
    float[] y = apply(Lanes::tanh, x);
    for (int i = 0; i < x.length; i++) {
      if (!(Math.abs(y[i] - Math.tanh(x[i])) <= 2e-7)) {
        assertThat(y[i]).as("tanh(%s)", x[i]).isEqualTo((float) Math.tanh(x[i]));
      }
    }
  }

  @Test
  void infinitiesGiveLimitsAndNanStaysNan() {
    float inf = Float.POSITIVE_INFINITY;
    // A NaN with a payload, too: its low bits must not be taken for an exponent.
    float[] x = {-inf, inf, Float.NaN, Float.intBitsToFloat(0x7fc12345), -0f};
    assertThat(apply(Lanes::exp, x)).containsExactly(0, inf, Float.NaN, Float.NaN, 1);
    assertThat(apply(Lanes::sigmoid, x)).containsExactly(0, 1, Float.NaN, Float.NaN, 0.5f);
    assertThat(apply(Lanes::tanh, x)).containsExactly(-1, 1, Float.NaN, Float.NaN, 0);
  }

  private static float[] apply(UnaryOperator<FloatVector> function, float[] x) {
    int padded = (x.length + Lanes.WIDTH - 1) / Lanes.WIDTH * Lanes.WIDTH;
    Tensor in = Tensor.of(Arrays.copyOf(x, padded), padded);
    for (int i = 0; i < padded; i += Lanes.WIDTH) {
      long at = in.address() + 4L * i;
      FloatVector v = FloatVector.fromMemorySegment(Lanes.FLOATS, Memory.ALL, at, Lanes.ORDER);
      function.apply(v).intoMemorySegment(Memory.ALL, at, Lanes.ORDER);
    }
    return Arrays.copyOf(in.toFloats(), x.length);
  }

  /** Both signs, every exponent, 150 mantissas; and evenly where exp is neither 0 nor infinite. */
  private static float[] floatsOfAllMagnitudes() {
    float[] values = new float[2 * 255 * 150 + 40_000];
    int n = 0;
    for (int bits = 0; bits < 2 * 255; bits++) {
      for (int i = 0; i < 150; i++) {
        int sign = bits % 2 << 31;
        values[n++] = Float.intBitsToFloat(sign | bits / 2 << 23 | i * 55_924);
      }
    }
    for (int i = 0; i < 40_000; i++) {
      values[n++] = -90 + 180 * i / 40_000f;
    }
    return values;
  }
}
