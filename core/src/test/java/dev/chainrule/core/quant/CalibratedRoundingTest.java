package dev.chainrule.core.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalibratedRoundingTest {
  private static final int COLUMNS = 256;
  private static final int ROWS = 8;
  private static final int INPUTS = 600;

  /** Inputs that go with each other, of very different sizes. */
  private static float[][] inputs() {
    CounterRandom random = CounterRandom.of(3);
    float[][] inputs = new float[INPUTS][COLUMNS];
    for (float[] x : inputs) {
      double common = random.nextGaussian();
      for (int i = 0; i < COLUMNS; i++) {
        x[i] = (float) ((common + random.nextGaussian()) * (1 + i % 7));
      }
    }
    return inputs;
  }

  private static float[] moments(float[][] inputs) {
    float[] sums = new float[COLUMNS * COLUMNS];
    for (float[] x : inputs) {
      for (int i = 0; i < COLUMNS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
          sums[i * COLUMNS + j] += x[i] * x[j];
        }
      }
    }
    return sums;
  }

  private static float[] rows() {
    CounterRandom random = CounterRandom.of(5);
    float[] rows = new float[ROWS * COLUMNS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    return rows;
  }

  /** Squared error of all products. */
  private static double error(float[] rows, float[] rounded, float[][] inputs) {
    double sum = 0;
    for (float[] x : inputs) {
      for (int r = 0; r < ROWS; r++) {
        double difference = 0;
        for (int i = 0; i < COLUMNS; i++) {
          difference += (rounded[r * COLUMNS + i] - rows[r * COLUMNS + i]) * x[i];
        }
        sum += difference * difference;
      }
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(
      value = BlockFormat.class,
      names = {"Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "Q4_K", "Q4_1", "Q4_0"})
  void productsChangeLess(BlockFormat format) {
    float[] rows = rows();
    float[][] inputs = inputs();
    float[] closest = new float[rows.length];
    float[] calibrated = new float[rows.length];
    InputMoments moments = new InputMoments(COLUMNS, moments(inputs), false);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment blocks = arena.allocate(format.bytes(rows.length));
      format.quantizeClosest(rows, 0, blocks, 0, rows.length);
      format.dequantize(blocks, 0, closest, 0, rows.length);
      CalibratedRounding.of(format, moments).round(rows, 0, blocks, 0, rows.length);
      format.dequantize(blocks, 0, calibrated, 0, rows.length);
    }
    assertThat(error(rows, calibrated, inputs)).isLessThan(0.8 * error(rows, closest, inputs));
  }

  @Test
  void theRootOfMomentsGivesThemBack() {
    float[] sums = {4, 2, 0, 2, 5, -1, 0, -1, 3};
    float[] root = new InputMoments(3, sums, false).root();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double product = 0;
        for (int k = 0; k < 3; k++) {
          product += root[3 * i + k] * root[3 * j + k];
        }
        // The mean square is 4.
        assertThat(product).isCloseTo(sums[3 * i + j] / 4 + (i == j ? 0.01 : 0), within(1e-6));
        assertThat(j < i ? root[3 * i + j] : 0).isZero();
      }
    }
  }

  @Test
  void inputsThatNeverDifferFromZeroLeaveTheClosest() {
    float[] root = new InputMoments(2, new float[4], true).root();
    assertThat(root).containsExactly((float) Math.sqrt(1.01), 0, 0, (float) Math.sqrt(1.01));
  }

  @Test
  void whatIsNoNumberIsRefused() {
    InputMoments broken = new InputMoments(1, new float[] {Float.NaN}, false);
    assertThatThrownBy(broken::root)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mean square is NaN");
    assertThatThrownBy(() -> CalibratedRounding.of(BlockFormat.F16, broken))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
