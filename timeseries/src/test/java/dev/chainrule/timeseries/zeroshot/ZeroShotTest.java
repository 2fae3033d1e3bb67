package dev.chainrule.timeseries.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.testkit.ModelContract;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ZeroShotTest {
  private static final ZeroShotConfig SMALL = new ZeroShotConfig(2, 3, 2, 1, 2, 8);

  /** By patches of one value: in a longer one no value knows of its neighbours. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    ZeroShotConfig single = new ZeroShotConfig(1, 8, 2, 1, 2, 8);
    return ModelContract.of(
            new ModelContract.Subject<PatchBatch>(
                () -> new ZeroShot(single), ZeroShotTest::values, 10, 0, 0))
        .tests();
  }

  /** Without guesses, all patches fed. */
  private static PatchBatch values(RandomGenerator rng, int sequences, int length) {
    PatchBatch batch = PatchBatch.zeros(sequences, length);
    for (long i = 0; i < batch.elements().size(); i++) {
      batch.elements().set(i, rng.nextGaussian());
    }
    for (int b = 0; b < sequences; b++) {
      batch.known().set(b, length);
    }
    return batch;
  }

  @Test
  void patchesAheadDoNotDependOnWhatTheyHold() {
    ZeroShot model = new ZeroShot(SMALL);
    model.parameters().allocate(DType.FLOAT32, 5);
    double[] y = {1, 4, 2, 5, 3, 6, 100, -100, 50, Double.NaN};
    double[] z = Arrays.copyOf(y, 10);
    Arrays.fill(z, 6, 10, Double.NaN);
    float[] one = outputs(model, y);
    float[] two = outputs(model, z);
    assertThat(one).isEqualTo(two);
  }

  private static float[] outputs(ZeroShot model, double[] values) {
    PatchBatch batch = PatchBatch.zeros(1, values.length);
    batch.write(0, values, 6, 2, SMALL.patchLength());
    try (Engine engine = Engines.open("reference", 1)) {
      Tape tape = Tape.evaluation(engine, model.parameters());
      Tensor raw = model.conditionals(tape, batch).value().host();
      float[] outputs = new float[Math.toIntExact(raw.size())];
      raw.read(0, outputs, 0, outputs.length);
      return outputs;
    }
  }

  @Test
  void anUntrainedModelForecastsTheSeasonBefore() {
    ZeroShot model = new ZeroShot(SMALL);
    model.parameters().allocate(DType.FLOAT32, 5);
    double[] y = {1, 4, 1, 4, 1, 4, 0, 0, 0, 0};
    float[] raw = outputs(model, y);
    Normalisation units = Normalisation.of(y, 6, 2);
    for (int t = 6; t < 10; t++) {
      double location = raw[3 * t] * units.scale() + units.centre();
      assertThat(location).isCloseTo(t % 2 == 0 ? 1 : 4, within(0.05));
    }
  }

  @Test
  void guessesAreSeasonsDriftsMeansAndTheLastValue() {
    double[] y = {1, 10, 3, 20, Double.NaN, 30, 7, 0, 0, 0, 0};
    Normalisation units = new Normalisation(0, 1);
    float[] guesses = new float[11 * Guesses.COUNT];
    Guesses.write(y, 7, 7, 11, 2, units, guesses);
    // Changes by season are 2, 10 and 10. Odd places have 30, 20 and 10, even ones 7, 3 and 1.
    float drift = 22 / 3f;
    assertThat(Arrays.copyOfRange(guesses, 7 * 5, 11 * 5))
        .usingElementComparator((p, q) -> Math.abs(p - q) < 1e-5 ? 0 : Float.compare(p, q))
        .containsExactly(
            30f,
            30 + drift,
            20f,
            30f,
            7f,
            7f,
            7 + drift,
            11 / 3f,
            7f,
            7f,
            30f,
            30 + 2 * drift,
            20f,
            30f,
            7f,
            7f,
            7 + 2 * drift,
            11 / 3f,
            7f,
            7f);
    Guesses.write(y, 1, 2, 3, 2, units, guesses);
    assertThat(Arrays.copyOfRange(guesses, 2 * 5, 3 * 5)).containsOnly(1);
  }

  @Test
  void unitsAreOfTheKnownValuesAlone() {
    double[] y = {2, Double.NaN, 4, 1e9};
    assertThat(Normalisation.of(y, 3, 1)).isEqualTo(new Normalisation(3, 1));
    assertThat(Normalisation.of(new double[] {5, 5}, 2, 1).scale()).isCloseTo(5e-6, within(1e-12));
    assertThat(Normalisation.of(new double[] {0, 0}, 2, 1)).isEqualTo(new Normalisation(0, 1));
    assertThat(Normalisation.of(new double[] {Double.NaN}, 1, 1))
        .isEqualTo(new Normalisation(0, 1));
  }
}
