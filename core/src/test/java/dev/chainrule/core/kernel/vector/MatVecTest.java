package dev.chainrule.core.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GuardedTensors;
import dev.chainrule.core.kernel.StepKernels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatVecTest {
  /** Rows, inputs, outputs: on both sides of vector lengths and of the tile of four rows. */
  @ParameterizedTest
  @CsvSource({"1,1,1", "1,64,65", "2,7,3", "4,16,33", "5,31,17", "7,33,48", "9,100,5", "64,48,50"})
  void productsAreThoseOfPlainLoopsHoweverTheyAreSplit(int rows, int in, int out) {
    for (boolean withBias : new boolean[] {false, true}) {
      for (boolean accumulate : new boolean[] {false, true}) {
        check(rows, in, out, withBias, accumulate);
      }
    }
  }

  private static void check(int rows, int in, int out, boolean withBias, boolean accumulate) {
    float[] first = null;
    for (int parts : new int[] {1, 2, 3, 7}) {
      GuardedTensors tensors = new GuardedTensors(DType.FLOAT32, 5);
      Tensor x = tensors.normal(rows, in);
      Tensor w = tensors.normal(out, in);
      Tensor bias = tensors.normal(out);
      Tensor y = tensors.normal(rows, out);
      double[] expected = new double[rows * out];
      for (int n = 0; n < rows; n++) {
        for (int o = 0; o < out; o++) {
          double sum = (withBias ? bias.get(o) : 0) + (accumulate ? y.get((long) n * out + o) : 0);
          for (int i = 0; i < in; i++) {
            sum += x.get((long) n * in + i) * w.get((long) o * in + i);
          }
          expected[n * out + o] = sum;
        }
      }
      MatVec product = new MatVec();
      for (int part = 0; part < parts; part++) {
        product.multiply(
            y.address(),
            accumulate,
            x.address(),
            w.address(),
            withBias ? bias.address() : 0,
            rows,
            in,
            out,
            StepKernels.from(out, part, parts),
            StepKernels.from(out, part + 1, parts));
      }
      assertThat(y.toDoubles()).containsExactly(expected, within(1e-5 * Math.sqrt(in) + 1e-6));
      tensors.assertGuardsIntact();
      float[] actual = y.toFloats();
      if (first == null) {
        first = actual;
      }
      assertThat(actual).as("%d parts", parts).isEqualTo(first);
    }
  }
}
