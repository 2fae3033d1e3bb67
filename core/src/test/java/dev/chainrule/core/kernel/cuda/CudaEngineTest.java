package dev.chainrule.core.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.kernel.reference.ReferenceSteps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine on the stand-in: memory, transfers, steps of decoding, and what goes wrong. */
class CudaEngineTest {
  private StandIn standIn;
  private CudaEngine engine;

  @BeforeEach
  void open() {
    standIn = StandIn.require();
    engine = CudaEngine.open(new CudaLibraries(standIn.environment()), 0, Precision.FLOAT32);
  }

  @AfterEach
  void close() {
    if (standIn != null) {
      standIn.set("lost_after", -1);
      engine.close();
    }
  }

  private static Tensor random(int seed, int... shape) {
    Tensor x = Tensor.zeros(DType.FLOAT32, shape);
    CounterRandom rng = CounterRandom.of(seed);
    for (long i = 0; i < x.size(); i++) {
      x.set(i, rng.nextGaussian());
    }
    return x;
  }

  @Test
  void tensorsGoThereAndBack() {
    Tensor host = random(1, 3, 5);
    Tensor there = engine.place(host);
    assertThat(there.onHost()).isFalse();
    assertThat(there.toFloats()).isEqualTo(host.toFloats());
    assertThat(engine.zeros(DType.FLOAT32, 7).toFloats()).containsOnly(0);
    assertThatThrownBy(() -> there.get(0)).hasMessageContaining("the memory of GPU 0");
    assertThatThrownBy(() -> engine.kernels(0).activations().gelu(there, host))
        .hasMessageContaining("expected it on the GPU");
  }

  @Test
  void sumsComeBackAsNumbers() {
    Tensor host = random(2, 1000);
    double sum = 0;
    double squares = 0;
    for (double value : host.toDoubles()) {
      sum += value;
      squares += value * value;
    }
    Tensor there = engine.place(host);
    assertThat(engine.kernels(0).arrays().sum(there)).isCloseTo(sum, within(1e-9));
    assertThat(engine.kernels(0).arrays().squaredNorm(there)).isCloseTo(squares, within(1e-9));
  }

  @Test
  void nothingIsAllocatedTheSecondTime() {
    Kernels kernels = engine.kernels(0);
    Tensor x = engine.place(random(1, 40, 30));
    Tensor w = engine.place(random(2, 20, 30));
    Tensor y = engine.zeros(DType.FLOAT32, 40, 20);
    Runnable step =
        () -> {
          kernels.linear().linear(y, x, w, null, null);
          kernels.linear().linearBackward(x, false, w, null, y, x, w);
          kernels
              .attention()
              .layerNormBackward(y, true, row(y), null, y, column(x), column(x), y, row(y));
        };
    step.run();
    long allocations = standIn.get("allocations");
    step.run();
    assertThat(standIn.get("allocations")).isEqualTo(allocations);
  }

  private static Tensor row(Tensor matrix) {
    return matrix.slice(0, 1).reshape(matrix.dim(1));
  }

  private static Tensor column(Tensor matrix) {
    return matrix.range(0, 40);
  }

  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void productsOfStepsAreTheReferences(WeightFormat format) {
    Tensor w = random(3, 19, 70);
    Tensor bias = random(4, 19);
    Tensor x = random(5, 6, 80);
    Tensor base = random(6, 6, 19);
    Tensor expected = Tensor.zeros(DType.FLOAT32, 6, 25);
    StepKernels reference = new ReferenceSteps();
    PackedLinear plain = reference.pack(w, bias, format, StepKernels.Reading.CACHED);
    reference.product(new Rows(expected, 2, 25), Rows.of(base), plain, new Rows(x, 4, 80), 6);
    StepKernels steps = engine.kernels(0).steps();
    PackedLinear packed =
        steps.pack(engine.place(w), engine.place(bias), format, StepKernels.Reading.CACHED);
    assertThat(packed.outputs()).isEqualTo(19);
    assertThat(packed.inputs()).isEqualTo(70);
    Tensor y = engine.zeros(DType.FLOAT32, 6, 25);
    Rows to = new Rows(y, 2, 25);
    Rows from = new Rows(engine.place(x), 4, 80);
    Rows added = Rows.of(engine.place(base));
    steps.product(to, added, packed, from, 6, 0, 10);
    steps.product(to, added, packed, from, 6, 10, 19);
    double tolerance =
        switch (format) {
          case FLOAT32 -> 2e-5;
          case BFLOAT16 -> 0.1;
          case INT8 -> 0.3;
        };
    float[] actual = y.toFloats();
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("element %d", i)
          .isCloseTo(expected.get(i), within(tolerance));
    }
    Tensor alone = engine.zeros(DType.FLOAT32, 1, 25);
    steps.product(new Rows(alone, 2, 25), added, packed, from, 1);
    assertThat(alone.toFloats()).as("alone").isEqualTo(y.slice(0, 1).toFloats());
  }

  /** Rows of an identity read the weights as they were packed. */
  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void weightsAreRoundedToTheNearest(WeightFormat format) {
    int inputs = 37;
    Tensor w = random(7, 11, inputs);
    Tensor identity = Tensor.zeros(DType.FLOAT32, inputs, inputs);
    for (int i = 0; i < inputs; i++) {
      identity.set(i * (inputs + 1L), 1);
    }
    StepKernels steps = engine.kernels(0).steps();
    PackedLinear packed = steps.pack(engine.place(w), null, format, StepKernels.Reading.CACHED);
    Tensor y = engine.zeros(DType.FLOAT32, inputs, 11);
    steps.product(Rows.of(y), null, packed, Rows.of(engine.place(identity)), inputs);
    float[] actual = y.toFloats();
    for (int o = 0; o < 11; o++) {
      double largest = 0;
      for (int i = 0; i < inputs; i++) {
        largest = Math.max(largest, Math.abs(w.get((long) o * inputs + i)));
      }
      for (int i = 0; i < inputs; i++) {
        double exact = w.get((long) o * inputs + i);
        double half =
            switch (format) {
              case FLOAT32 -> 0;
              // of 8 bits' unit in the last place
              case BFLOAT16 -> Math.scalb(1.0, Math.getExponent(exact) - 8);
              case INT8 -> largest / 254 * (1 + 1e-5);
            };
        assertThat((double) actual[i * 11 + o])
            .as("output %d, input %d", o, i)
            .isCloseTo(exact, within(half));
      }
    }
  }

  @Test
  void rowsAreCopied() {
    Tensor x = random(5, 6, 10);
    Tensor y = engine.zeros(DType.FLOAT32, 6, 4);
    StepKernels steps = engine.kernels(0).steps();
    steps.copyRows(Rows.of(y), new Rows(engine.place(x), 3, 10), 6, 4);
    assertThat(y.host().get(5)).isEqualTo(x.get(14));
    assertThat(y.host().get(23)).isEqualTo(x.get(56));
  }

  @Test
  void aLostGpuIsOneSentence() {
    Tensor x = engine.place(random(1, 4));
    standIn.set("lost_after", 1);
    Kernels kernels = engine.kernels(0);
    kernels.activations().gelu(x, x);
    assertThatThrownBy(() -> kernels.activations().gelu(x, x))
        .isInstanceOfSatisfying(CudaException.class, e -> assertThat(e.isFatal()).isTrue())
        .hasMessageContaining("kernel gelu")
        .hasMessageContaining("the GPU is lost");
  }

  @Test
  void aGpuThatIsNotThereIsSaid() {
    CudaLibraries libraries = new CudaLibraries(standIn.environment());
    assertThatThrownBy(() -> CudaEngine.open(libraries, 3, Precision.FLOAT32).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no GPU 3: the driver finds 1");
  }

  @Test
  void repeatedWorkIsLaunchedAsOne() {
    Kernels kernels = engine.kernels(0);
    Tensor x = engine.place(random(7, 30, 20));
    Tensor w = engine.place(random(8, 20, 20));
    Tensor y = engine.zeros(DType.FLOAT32, 30, 20);
    Runnable work =
        engine.repeatable(
            () -> {
              kernels.linear().linear(y, x, w, null, null);
              kernels.activations().gelu(y, y);
              kernels.arrays().addScaled(x, y, 0.5);
            });
    Tensor plain = engine.place(random(7, 30, 20));
    Tensor out = engine.zeros(DType.FLOAT32, 30, 20);
    for (int time = 0; time < 5; time++) {
      if (time == 3) {
        // Scratch memory grows, and what was captured with the old one is captured anew.
        Tensor wide = engine.zeros(DType.FLOAT32, 4000, 30);
        kernels
            .linear()
            .linearBackward(
                null, false, engine.zeros(DType.FLOAT32, 30, 30), null, wide, wide, wide);
      }
      work.run();
      kernels.linear().linear(out, plain, w, null, null);
      kernels.activations().gelu(out, out);
      kernels.arrays().addScaled(plain, out, 0.5);
      assertThat(x.toFloats()).as("time %d", time).isEqualTo(plain.toFloats());
    }
    assertThat(standIn.get("graphs")).isPositive();
  }

  @Test
  void aCapturedStepNeitherAllocatesNorReadsBack() {
    Tensor x = engine.place(random(7, 30));
    Runnable reads = engine.repeatable(() -> x.toFloats());
    reads.run();
    assertThatThrownBy(reads::run)
        .hasMessageContaining("a transfer from the GPU within a captured step");
    Runnable allocates = engine.repeatable(() -> engine.zeros(DType.FLOAT32, 3));
    allocates.run();
    assertThatThrownBy(allocates::run).hasMessageContaining("an allocation within a captured step");
    engine.kernels(0).arrays().addScaled(x, x, 1);
    assertThat(x.toFloats()).hasSize(30);
  }

  @Test
  void itIsAnEngineOfOneWorker() {
    Engine one = engine.worker(0);
    assertThat(one.workers()).isEqualTo(1);
    assertThat(one.name()).isEqualTo("cuda");
    assertThat(engine.info().name()).isEqualTo("stand-in");
  }
}
