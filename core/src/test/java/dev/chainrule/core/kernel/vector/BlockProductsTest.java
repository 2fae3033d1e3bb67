package dev.chainrule.core.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GuardedTensors;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.StepKernels.Reading;
import dev.chainrule.core.kernel.blas.Gemm;
import dev.chainrule.core.kernel.reference.ReferenceSteps;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with GGML's blocks against the reference's, in every format. */
class BlockProductsTest {
  private static final int[][] SHAPES = {
    {1, 256, 1},
    {1, 512, 33},
    {2, 256, 17},
    {3, 256, 130},
    {4, 512, 16},
    {5, 256, 31},
    {9, 256, 48},
    {13, 768, 35},
    {38, 2304, 20},
    {16, 512, 273}
  };

  /** Beside those, for formats with blocks of 32 or 1. */
  private static final int[][] SHORT_ROWS = {{1, 32, 9}, {2, 96, 40}, {6, 160, 21}, {11, 64, 5}};

  private static final int[][] ODD_ROWS = {{1, 1, 1}, {2, 7, 3}, {5, 33, 18}, {4, 60, 65}};

  @ParameterizedTest
  @EnumSource
  void productsAreTheReferences(BlockFormat format) {
    for (int[] shape : SHAPES) {
      check(format, shape);
    }
    if (format.elements() <= 32) {
      for (int[] shape : SHORT_ROWS) {
        check(format, shape);
      }
    }
    if (format.elements() == 1) {
      for (int[] shape : ODD_ROWS) {
        check(format, shape);
      }
    }
  }

  private static void check(BlockFormat format, int[] shape) {
    int rows = shape[0];
    int in = shape[1];
    int out = shape[2];
    Random random = new Random(in * 31L + out);
    BlockMatrix w = matrix(format, out, in, random);
    GuardedTensors tensors = new GuardedTensors(DType.FLOAT32, 7);
    Tensor x = tensors.normal(rows, in);
    Tensor bias = tensors.normal(out);
    Tensor y = tensors.normal(rows, out);
    float[] before = y.toFloats();
    for (boolean added : new boolean[] {false, true}) {
      Tensor expected = Tensor.zeros(DType.FLOAT32, rows, out);
      expected.copyFrom(Tensor.of(before, rows, out));
      Rows to = Rows.of(expected);
      StepKernels reference = new ReferenceSteps();
      Tensor met = CodeLayout.serves(format) ? rounded(x) : x;
      PackedLinear plain = reference.pack(w, bias, Reading.STREAMED);
      reference.product(to, added ? to : null, plain, Rows.of(met), rows);

      float[] first = null;
      PackedLinear packed = new VectorSteps().pack(w, bias, Reading.STREAMED);
      for (int parts : new int[] {1, 2, 3}) {
        y.write(0, before, 0, before.length);
        Rows written = Rows.of(y);
        for (int part = 0; part < parts; part++) {
          int from = StepKernels.from(out, part, parts);
          int end = StepKernels.from(out, part + 1, parts);
          new VectorSteps()
              .product(written, added ? written : null, packed, Rows.of(x), rows, from, end);
        }
        float[] actual = y.toFloats();
        assertClose(format, actual, expected, met, w);
        first = first == null ? actual : first;
        assertThat(actual).as("%s in %d parts", format, parts).isEqualTo(first);
      }
      assertThat(rowByRow(packed, x, before, added)).as("%s row by row", format).isEqualTo(first);
      boolean halved = format.elements() > 1 && Gemm.forRows().multipliesBfloat16();
      Tensor taken = halved ? bfloats(met) : met;
      if (halved) {
        expected.copyFrom(Tensor.of(before, rows, out));
        PackedLinear bfloats = reference.pack(bfloats(w), bias, Reading.STREAMED);
        reference.product(to, added ? to : null, bfloats, Rows.of(taken), rows);
      }
      for (int parts : new int[] {1, 3}) {
        y.write(0, before, 0, before.length);
        asMatrices(y, added, packed, x, parts);
        assertClose(format, y.toFloats(), expected, taken, w);
      }
    }
    tensors.assertGuardsIntact();
  }

  private static void asMatrices(
      Tensor y, boolean added, PackedLinear packed, Tensor x, int parts) {
    int out = packed.outputs();
    Rows written = Rows.of(y);
    Rows base = added ? written : null;
    StepKernels steps = new VectorSteps();
    for (int part = 0; part < parts; part++) {
      int from = StepKernels.from(out, part, parts);
      int end = StepKernels.from(out, part + 1, parts);
      steps.matrixProduct(written, base, packed, Rows.of(x), x.dim(0), from, end, part > 0);
    }
  }

  /** What products of matrices meet on processors that multiply bfloat16. */
  private static BlockMatrix bfloats(BlockMatrix w) {
    float[] values = new float[w.rows() * w.columns()];
    for (int row = 0; row < w.rows(); row++) {
      w.row(row, values, row * w.columns());
    }
    MemorySegment data = Memory.allocate(2L * values.length);
    BlockFormat.BF16.quantize(values, 0, data, 0, values.length);
    return new BlockMatrix(
        BlockFormat.BF16, w.rows(), w.columns(), data.asSlice(0, 2L * values.length));
  }

  private static Tensor bfloats(Tensor x) {
    BlockMatrix rows = new BlockMatrix(BlockFormat.F32, x.dim(0), x.dim(1), x.segment());
    Tensor rounded = Tensor.zeros(DType.FLOAT32, x.shape());
    float[] row = new float[x.dim(1)];
    BlockMatrix bfloats = bfloats(rows);
    for (int n = 0; n < x.dim(0); n++) {
      bfloats.row(n, row, 0);
      rounded.write((long) n * row.length, row, 0, row.length);
    }
    return rounded;
  }

  private static float[] rowByRow(PackedLinear packed, Tensor x, float[] before, boolean added) {
    StepKernels steps = new VectorSteps();
    Tensor y = Tensor.of(before, x.dim(0), packed.outputs());
    Tensor base = Tensor.of(before, x.dim(0), packed.outputs());
    for (int n = 0; n < x.dim(0); n++) {
      Rows row = Rows.of(y).moveTo((long) n * packed.outputs());
      Rows add = Rows.of(base).moveTo((long) n * packed.outputs());
      Rows from = Rows.of(x).moveTo((long) n * packed.inputs());
      steps.product(row, added ? add : null, packed, from, 1);
    }
    return y.toFloats();
  }

  /** Inputs in 8 bits, as the products with codes of 4 to 6 bits have them. */
  private static Tensor rounded(Tensor x) {
    Tensor rounded = Tensor.zeros(DType.FLOAT32, x.shape());
    for (long from = 0; from < x.size(); from += 32) {
      float most = 0;
      for (long i = from; i < from + 32; i++) {
        most = Math.max(most, Math.abs((float) x.get(i)));
      }
      float inverse = 127 / most;
      for (long i = from; i < from + 32; i++) {
        float code = Math.fma((float) x.get(i), inverse, 12_582_912f) - 12_582_912f;
        rounded.set(i, code * (double) (most / 127));
      }
    }
    return rounded;
  }

  private static void assertClose(
      BlockFormat format, float[] actual, Tensor expected, Tensor x, BlockMatrix w) {
    float[] row = new float[w.columns()];
    for (int o = 0; o < w.rows(); o++) {
      w.row(o, row, 0);
      for (int n = 0; n < x.dim(0); n++) {
        double reach = 1e-5;
        for (int i = 0; i < row.length; i++) {
          reach += 4e-6 * Math.abs(row[i] * x.get((long) n * row.length + i));
        }
        int at = n * w.rows() + o;
        assertThat(Math.abs(actual[at] - expected.get(at)))
            .as("%s [%d, %d], row %d, output %d", format, w.rows(), w.columns(), n, o)
            .isLessThanOrEqualTo(reach);
      }
    }
  }

  /** Any bits, but scales that are numbers, of the size that weights have. */
  static BlockMatrix matrix(BlockFormat format, int rows, int columns, Random random) {
    MemorySegment data = Arena.ofAuto().allocate(Math.max(1, rows * format.bytes(columns)));
    byte[] bytes = new byte[(int) (rows * format.bytes(columns))];
    random.nextBytes(bytes);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    data = data.asSlice(0, bytes.length);
    int[] halves =
        switch (format) {
          case F32, F16, BF16 -> new int[0];
          case Q8_0, Q4_0, Q5_0 -> new int[] {0};
          case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
          case Q2_K -> new int[] {80, 82};
          case Q3_K -> new int[] {108};
          case Q6_K -> new int[] {208};
        };
    for (long block = 0; block < bytes.length; block += format.bytes()) {
      for (int half : halves) {
        short scale = Float.floatToFloat16((float) (0.02 * random.nextGaussian()));
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, block + half, scale);
      }
      float weight = (float) random.nextGaussian();
      switch (format) {
        case F32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, block, weight);
        case F16 -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, block, Float.floatToFloat16(weight));
        case BF16 ->
            data.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                block,
                (short) (Float.floatToRawIntBits(weight) >>> 16));
        default -> {}
      }
    }
    return new BlockMatrix(format, rows, columns, data);
  }

  @Test
  void extremeCodesAndInputsDoNotOverflow() {
    for (BlockFormat format : BlockFormat.values()) {
      if (!CodeLayout.serves(format)) {
        continue;
      }
      for (int fill : new int[] {0, 0xFF}) {
        BlockMatrix w = matrix(format, 3, 256, new Random(1));
        for (long i = 0; i < w.data().byteSize(); i++) {
          int within = (int) (i % format.bytes());
          boolean scale =
              format == BlockFormat.Q6_K
                  ? within >= 208
                  : within < (format == BlockFormat.Q4_0 || format == BlockFormat.Q5_0 ? 2 : 4);
          if (!scale) {
            w.data().set(ValueLayout.JAVA_BYTE, i, (byte) fill);
          }
        }
        for (float input : new float[] {1, -1}) {
          Tensor x = Tensor.zeros(DType.FLOAT32, 1, 256);
          x.fill(input);
          Tensor y = Tensor.zeros(DType.FLOAT32, 1, 3);
          StepKernels steps = new VectorSteps();
          PackedLinear packed = steps.pack(w, null, Reading.STREAMED);
          steps.product(Rows.of(y), null, packed, Rows.of(x), 1);
          float[] row = new float[256];
          for (int o = 0; o < 3; o++) {
            w.row(o, row, 0);
            double sum = 0;
            double size = 0;
            for (float weight : row) {
              sum += input * weight;
              size += Math.abs(weight);
            }
            assertThat(Math.abs(y.get(o) - sum))
                .as("%s %d", format, fill)
                .isLessThanOrEqualTo(1e-5 * size);
          }
        }
      }
    }
  }

  @Test
  void whatIsNoNumberIsPassedOn() {
    for (BlockFormat format : BlockFormat.values()) {
      BlockMatrix w = matrix(format, 2, 256, new Random(2));
      Tensor x = Tensor.zeros(DType.FLOAT32, 1, 256);
      Tensor y = Tensor.zeros(DType.FLOAT32, 1, 2);
      StepKernels steps = new VectorSteps();
      PackedLinear packed = steps.pack(w, null, Reading.STREAMED);
      steps.product(Rows.of(y), null, packed, Rows.of(x), 1);
      assertThat(y.toFloats()).as("%s of zeros", format).containsExactly(0, 0);
      x.set(7, Double.NaN);
      steps.product(Rows.of(y), null, packed, Rows.of(x), 1);
      assertThat(y.get(0)).as("%s", format).isNaN();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofTheSameRowsTheSameComesOut(BlockFormat format) {
    StepKernels steps = new VectorSteps();
    Random random = new Random(3);
    PackedLinear w = steps.pack(matrix(format, 40, 256, random), null, Reading.STREAMED);
    for (int rows : new int[] {1, 2, 5}) {
      for (BlockFormat before : BlockFormat.values()) {
        PackedLinear other = steps.pack(matrix(before, 40, 256, random), null, Reading.STREAMED);
        Tensor stale = new GuardedTensors(DType.FLOAT32, 4).normal(rows, 256);
        Tensor x = new GuardedTensors(DType.FLOAT32, 5).normal(rows, 256);
        Tensor y = Tensor.zeros(DType.FLOAT32, rows, 40);
        steps.product(Rows.of(y), null, w, Rows.of(stale), rows);
        // Whatever the last product was of, its rows are those that count.
        steps.product(Rows.of(y), null, other, Rows.of(x), rows);
        steps.productOfSame(Rows.of(y), null, w, Rows.of(x), rows, 0, 16);
        steps.productOfSame(Rows.of(y), null, w, Rows.of(x), rows, 16, 40);
        Tensor expected = Tensor.zeros(DType.FLOAT32, rows, 40);
        new VectorSteps().product(Rows.of(expected), null, w, Rows.of(x), rows);
        assertThat(y.toFloats()).as("%s after %s", format, before).isEqualTo(expected.toFloats());

        Rows to = Rows.of(y);
        steps.matrixProduct(to, null, w, Rows.of(stale), rows, 0, 40, false);
        steps.matrixProduct(to, null, other, Rows.of(x), rows, 0, 40, false);
        steps.matrixProduct(to, null, w, Rows.of(x), rows, 0, 40, true);
        steps.matrixProduct(Rows.of(expected), null, w, Rows.of(x), rows, 0, 40, false);
        assertThat(y.toFloats()).as("%s, matrices", format).isEqualTo(expected.toFloats());
      }
    }
  }

  @Test
  void weightsOfAClosedFileAreRefused() {
    Arena arena = Arena.ofShared();
    BlockMatrix w = new BlockMatrix(BlockFormat.Q8_0, 1, 32, arena.allocate(34));
    StepKernels steps = new VectorSteps();
    PackedLinear packed = steps.pack(w, null, Reading.STREAMED);
    arena.close();
    Rows x = Rows.of(Tensor.zeros(DType.FLOAT32, 1, 32));
    Rows y = Rows.of(Tensor.zeros(DType.FLOAT32, 1, 1));
    assertThatThrownBy(() -> steps.product(y, null, packed, x, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("file that was closed");
  }
}
