package dev.chainrule.core.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionCache;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.GuardedTensors;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.kernel.reference.ReferenceRows;
import dev.chainrule.core.kernel.reference.ReferenceSamples;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What decoders compute beside products of steps, against the reference's plain loops. */
class RowAndSampleKernelsTest {
  private final RowKernels reference = new ReferenceRows();
  private final RowKernels vector = new VectorRows();

  /** Applies the operation of both to copies of what a seed gives, and compares all of it. */
  private void same(int size, BiConsumer<RowKernels, Tensor[]> operation) {
    Tensor[] expected = tensors(size);
    Tensor[] actual = tensors(size);
    operation.accept(reference, expected);
    operation.accept(vector, actual);
    for (int t = 0; t < expected.length; t++) {
      close(actual[t].toFloats(), expected[t].toFloats());
    }
  }

  private static Tensor[] tensors(int size) {
    GuardedTensors tensors = new GuardedTensors(DType.FLOAT32, 11);
    return new Tensor[] {
      tensors.normal(size), tensors.normal(size), tensors.normal(size), tensors.normal(size)
    };
  }

  private static void close(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f * (1 + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 16, 34, 130})
  void functionsOfRowsAreTheReferences(int width) {
    int size = 3 * width;
    same(
        size,
        (k, t) -> k.layerNorm(t[0].address(), t[1].address(), t[2].address(), 0, 3, width, 1e-5));
    same(
        size,
        (k, t) ->
            k.layerNorm(
                t[0].address(), t[1].address(), t[2].address(), t[3].address(), 3, width, 1e-5));
    same(size, (k, t) -> k.rmsNorm(t[0].address(), t[0].address(), t[2].address(), 3, width, 1e-6));
    same(size, (k, t) -> k.rotate(t[0].address(), t[1].address(), t[2].address(), 3, width / 2));
    for (GateFunction f : GateFunction.values()) {
      same(size, (k, t) -> k.gate(t[0].address(), t[1].address(), t[2].address(), f, size));
      same(size, (k, t) -> k.gate(t[0].address(), t[0].address(), 0, f, size));
    }
    same(size, (k, t) -> k.softCap(t[0].address(), 1.5, size));
    same(size, (k, t) -> k.add(t[0].address(), t[1].address(), size));
    same(
        size,
        (k, t) -> {
          float sum = k.softmaxWeights(t[0].address(), t[0].address(), 0.3, width);
          t[1].set(0, sum);
        });
    same(4 * width, (k, t) -> cell(k, t, t[2].address(), width));
    same(4 * width, (k, t) -> cell(k, t, 0, width));
  }

  private static void cell(RowKernels kernels, Tensor[] t, long before, int units) {
    kernels.lstmCell(t[0].address(), t[2].address(), t[1].address(), before, units);
    // What the gates hold then is the engine's own affair.
    t[1].fill(0);
  }

  @ParameterizedTest
  @CsvSource({"1,8", "5,3", "33,20"})
  void attentionOverACacheIsTheReferences(int times, int headSize) {
    float[][] both = new float[2][];
    for (int engine = 0; engine < 2; engine++) {
      RowKernels kernels = engine == 0 ? reference : vector;
      GuardedTensors tensors = new GuardedTensors(DType.FLOAT32, 5);
      AttentionCache cache = kernels.attentionCache(2, 3, headSize, times);
      Tensor keys = tensors.normal(times, headSize);
      Tensor values = tensors.normal(times, headSize);
      for (int t = 0; t < times; t++) {
        long at = 4L * t * headSize;
        cache.put(0, 2, t, keys.address() + at, values.address() + at);
      }
      cache.copyStream(0, 1);
      Tensor query = tensors.normal(headSize);
      Tensor scores = Tensor.zeros(DType.FLOAT32, cache.scoreRoom(times));
      Tensor y = tensors.normal(headSize);
      cache.scores(scores.address(), query.address(), 1, 2, times);
      float sum = kernels.softmaxWeights(scores.address(), scores.address(), 0.5, times);
      cache.mix(y.address(), scores.address(), sum, 1, 2, times);
      both[engine] = y.toFloats();
    }
    close(both[1], both[0]);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,7,40", "4,64,128", "5,33,17", "8,130,256"})
  void smallProductsAreTheReferences(int streams, int inputs, int outputs) {
    float[][] both = new float[2][];
    for (int engine = 0; engine < 2; engine++) {
      SampleKernels kernels = engine == 0 ? new ReferenceSamples() : new VectorSamples();
      SplittableRandom random = new SplittableRandom(3);
      float[][] weights = new float[outputs][inputs];
      for (float[] row : weights) {
        fill(row, random);
      }
      int rows = kernels.rows(streams);
      long bytes = kernels.bytes(WeightFormat.FLOAT32, outputs, inputs);
      SampleKernels.Product product =
          kernels.pack(
              kernels.place(bytes, rows),
              WeightFormat.FLOAT32,
              (o, i) -> weights[o][i],
              outputs,
              inputs);
      float[] bias = new float[outputs];
      fill(bias, random);
      int padded = kernels.padded(outputs);
      float[] init = Arrays.copyOf(bias, padded);
      float[] x = new float[rows * inputs];
      float[] given = new float[streams * inputs];
      fill(given, random);
      System.arraycopy(given, 0, x, 0, given.length);
      float[] y = new float[rows * padded];
      product.product(y, padded, init, 0, x, 0, inputs, rows);
      kernels.relu(y);
      kernels.add(y, init);
      float[] gated = new float[rows * (1 + outputs / 2)];
      kernels.gatedActivation(gated, 1, y, outputs / 2, rows);
      both[engine] = new float[streams * (outputs + 1 + outputs / 2)];
      for (int s = 0; s < streams; s++) {
        int to = s * (outputs + 1 + outputs / 2);
        kernels.copy(y, s * padded, both[engine], to, outputs);
        int width = 1 + outputs / 2;
        kernels.copy(gated, s * width, both[engine], to + outputs, width);
      }
    }
    close(both[1], both[0]);
  }

  private static void fill(float[] x, SplittableRandom random) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
  }

  @Test
  void theReferenceRefusesFormatsThatItHasNot() {
    SampleKernels kernels = new ReferenceSamples();
    assertThat(kernels.has(WeightFormat.INT8)).isFalse();
    assertThat(new VectorSamples().has(WeightFormat.INT8)).isTrue();
  }
}
