package dev.chainrule.core.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GuardedTensors;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.StepKernels.Reading;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.kernel.reference.ReferenceSteps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of a step against the reference's, in every format and reading. */
class VectorStepsTest {
  private final StepKernels reference = new ReferenceSteps();

  /** How far a weight of this format may be from what it was, as a share of the largest. */
  private static double rounding(WeightFormat format) {
    return switch (format) {
      case FLOAT32 -> 0;
      case BFLOAT16 -> 0x1p-8;
      case INT8 -> 0.5 / 127;
    };
  }

  /** Rows, inputs, outputs: on both sides of vector lengths, tiles, blocks and groups of rows. */
  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,64,65",
    "2,7,3",
    "3,129,33",
    "4,16,130",
    "5,31,17",
    "9,33,48",
    "13,257,31"
  })
  void productsAreTheReferencesInEveryFormat(int rows, int in, int out) {
    for (WeightFormat format : WeightFormat.values()) {
      for (Reading reading : Reading.values()) {
        check(rows, in, out, format, reading, false);
        check(rows, in, out, format, reading, true);
      }
    }
  }

  private void check(
      int rows, int in, int out, WeightFormat format, Reading reading, boolean added) {
    GuardedTensors tensors = new GuardedTensors(DType.FLOAT32, 7);
    Tensor x = tensors.normal(rows, in);
    Tensor w = tensors.normal(out, in);
    Tensor bias = tensors.normal(out);
    Tensor y = tensors.normal(rows, out);
    Tensor expected = Tensor.zeros(DType.FLOAT32, rows, out);
    expected.copyFrom(y);
    Rows to = Rows.of(expected);
    PackedLinear plain = reference.pack(w, bias, format, reading);
    reference.product(to, added ? to : null, plain, Rows.of(x), rows);

    float[] first = null;
    float[] before = y.toFloats();
    for (int parts : reading == Reading.CACHED ? new int[] {1} : new int[] {1, 2, 3, 7}) {
      for (int i = 0; i < before.length; i++) {
        y.set(i, before[i]);
      }
      PackedLinear packed = new VectorSteps().pack(w, bias, format, reading);
      Rows written = Rows.of(y);
      for (int part = 0; part < parts; part++) {
        int from = StepKernels.from(out, part, parts);
        int end = StepKernels.from(out, part + 1, parts);
        // Workers have kernels each, and share the weights.
        new VectorSteps()
            .product(written, added ? written : null, packed, Rows.of(x), rows, from, end);
      }
      assertClose(y, expected, x, w, format);
      float[] actual = y.toFloats();
      first = first == null ? actual : first;
      assertThat(actual).as("%s %s in %d parts", format, reading, parts).isEqualTo(first);
    }
    tensors.assertGuardsIntact();
    assertThat(first).isEqualTo(rowByRow(x, w, bias, before, format, reading, added));
  }

  /** The same, each row alone. */
  private static float[] rowByRow(
      Tensor x,
      Tensor w,
      Tensor bias,
      float[] before,
      WeightFormat format,
      Reading reading,
      boolean added) {
    StepKernels steps = new VectorSteps();
    PackedLinear packed = steps.pack(w, bias, format, reading);
    Tensor y = Tensor.zeros(DType.FLOAT32, x.dim(0), w.dim(0));
    for (int i = 0; i < before.length; i++) {
      y.set(i, before[i]);
    }
    for (int n = 0; n < x.dim(0); n++) {
      Rows row = Rows.of(y).moveTo((long) n * w.dim(0));
      Rows from = Rows.of(x).moveTo((long) n * w.dim(1));
      steps.product(row, added ? row : null, packed, from, 1);
    }
    return y.toFloats();
  }

  private static void assertClose(
      Tensor actual, Tensor expected, Tensor x, Tensor w, WeightFormat format) {
    int in = w.dim(1);
    int out = w.dim(0);
    for (int n = 0; n < x.dim(0); n++) {
      for (int o = 0; o < out; o++) {
        double largest = 0;
        for (int i = 0; i < in; i++) {
          largest = Math.max(largest, Math.abs(w.get((long) o * in + i)));
        }
        double reach = 1e-6;
        for (int i = 0; i < in; i++) {
          double share = rounding(format) * (1 + 1e-4) * largest;
          reach += (share + 1e-6) * Math.abs(x.get((long) n * in + i));
        }
        long at = (long) n * out + o;
        assertThat(Math.abs(actual.get(at) - expected.get(at)))
            .as("%s, row %d, output %d", format, n, o)
            .isLessThanOrEqualTo(reach);
      }
    }
  }

  @Test
  void roundedWeightsAreReadInFewerBytes() {
    Tensor w = Tensor.zeros(DType.FLOAT32, 64, 32);
    for (WeightFormat format : WeightFormat.values()) {
      for (Reading reading : Reading.values()) {
        PackedLinear packed = new VectorSteps().pack(w, null, format, reading);
        assertThat(packed.bytes()).isEqualTo(64L * 32 * format.bytes());
        assertThat(packed.inputs()).isEqualTo(32);
        assertThat(packed.outputs()).isEqualTo(64);
      }
    }
  }

  @Test
  void whatIsPackedForOneWorkerIsNotSplit() {
    Tensor w = Tensor.zeros(DType.FLOAT32, 64, 32);
    Rows x = Rows.of(Tensor.zeros(DType.FLOAT32, 1, 32));
    Rows y = Rows.of(Tensor.zeros(DType.FLOAT32, 1, 64));
    for (WeightFormat format : WeightFormat.values()) {
      StepKernels steps = new VectorSteps();
      PackedLinear packed = steps.pack(w, null, format, Reading.CACHED);
      assertThatThrownBy(() -> steps.product(y, null, packed, x, 1, 0, 32))
          .hasMessageContaining("outputs 0 to 32");
    }
  }
}
