package dev.chainrule.core.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.testkit.FarEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Likelihoods in pieces are those of the whole, in less memory. */
class SoftmaxOpsTest {
  private static final int PLACES = 7;
  private static final int WIDTH = 5;
  private static final int CLASSES = 11;

  private final Parameters parameters = new Parameters();
  private final Parameter states = parameters.add("states", Initializer.normal(1), PLACES, WIDTH);
  private final Parameter map = parameters.add("map", Initializer.normal(1), CLASSES, WIDTH);
  private final Tensor targets = Tensor.of(new int[] {3, -1, 0, 10, 3, 7, 2}, 1, PLACES);

  /** Likelihoods and gradients. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Found(double[] nll, double[] gradients) {}

  private Found found(Engine engine, double cap, int rows) {
    Tape tape = Tape.training(engine, parameters);
    tape.begin();
    Variable x = Ops.add(tape, tape.parameter(states), tape.parameter(states));
    Variable w = tape.parameter(map);
    Variable nll =
        rows == 0
            ? SoftmaxOps.linearCrossEntropy(tape, x, w, cap, targets)
            : SoftmaxOps.linearCrossEntropy(tape, x, w, cap, targets, rows);
    tape.backward(nll, 0.5);
    return new Found(nll.value().toDoubles(), tape.gradients().toDoubles());
  }

  @ParameterizedTest
  @CsvSource({"1,0", "2,0", "3,1.5", "7,1.5", "100,0"})
  void piecesAreTheWhole(int rows, double cap) {
    parameters.allocate(DType.FLOAT64, 3);
    try (Engine engine = Engines.open("reference", 1)) {
      Found whole = found(engine, cap, 0);
      Found pieces = found(engine, cap, rows);
      assertThat(pieces.nll).usingComparatorWithPrecision(1e-13).containsExactly(whole.nll);
      assertThat(pieces.nll[1]).isZero();
      assertThat(pieces.gradients)
          .usingComparatorWithPrecision(1e-13)
          .containsExactly(whole.gradients);
      assertThat(whole.gradients[0]).isNotZero();
    }
  }

  @Test
  void aPieceOfTheLogitsIsInMemory() {
    Parameters large = new Parameters();
    Parameter classes = large.add("map", Initializer.normal(1), 5000, 1);
    large.allocate(DType.FLOAT32, 1);
    FarEngine engine = new FarEngine();
    large.moveTo(engine);
    Tape tape = Tape.evaluation(engine, large);
    tape.begin();
    Variable x = tape.constant(Tensor.zeros(DType.FLOAT32, 100, 1));
    Tensor ids = Tensor.zeros(DType.INT32, 100);
    long before = engine.allocatedBytes();
    Variable nll = SoftmaxOps.linearCrossEntropy(tape, x, tape.parameter(classes), 0, ids, 10);
    assertThat(engine.allocatedBytes() - before).isLessThan(4 * 5000 * 10 + 10_000);
    assertThat(nll.value().host().get(99)).isEqualTo((float) Math.log(5000));
  }

  @Test
  void idsOutOfRangeAreRefused() {
    parameters.allocate(DType.FLOAT32, 3);
    targets.set(4, CLASSES);
    try (Engine engine = Engines.open("vector", 1)) {
      assertThatThrownBy(() -> found(engine, 0, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("id 11 at place 4, expected 0 to 10");
    }
  }

  @Test
  void blocksTakeTheRoomOfOne() {
    parameters.allocate(DType.FLOAT32, 3);
    double[] few = blocks(2);
    double[] many = blocks(9);
    assertThat(many[0]).isEqualTo(few[0]);
    double[] recorded = {0, 0};
    try (Engine engine = Engines.open("reference", 1)) {
      Tape tape = Tape.training(engine, parameters);
      tape.begin();
      recorded[1] = last(tape, 9);
    }
    assertThat(many[1]).isEqualTo(recorded[1]).isNotEqualTo(few[1]);
  }

  /** Bytes that so many blocks take in two steps, and the last number that comes out. */
  private double[] blocks(int count) {
    FarEngine engine = new FarEngine();
    Tape tape = Tape.evaluation(engine, parameters.snapshot(engine));
    long before = engine.allocatedBytes();
    tape.begin();
    double first = last(tape, count);
    tape.begin();
    assertThat(last(tape, count)).isEqualTo(first);
    return new double[] {engine.allocatedBytes() - before, first};
  }

  private double last(Tape tape, int count) {
    Variable x = ElementwiseOps.scale(tape, tape.parameter(states), 2);
    for (int i = 0; i < count; i++) {
      x =
          tape.block(
              x,
              input -> {
                Variable y = Ops.linear(tape, input, tape.parameter(map), null);
                Variable z = Ops.gelu(tape, Ops.gelu(tape, y));
                Variable view = tape.reshape(z, PLACES, CLASSES);
                return Ops.add(tape, input, columns(tape, view));
              });
    }
    return x.value().host().get(PLACES * WIDTH - 1);
  }

  /** As wide as the states again: rows of a table of as many. */
  private Variable columns(Tape tape, Variable wide) {
    Variable scaled = ElementwiseOps.scale(tape, wide, 0.25);
    Tensor ids = tape.integers(PLACES);
    CounterRandom rng = CounterRandom.of(5);
    for (int i = 0; i < PLACES; i++) {
      ids.set(i, rng.nextInt(PLACES));
    }
    Variable picked = Ops.embedding(tape, ids, scaled);
    Tensor narrow = Tensor.zeros(DType.FLOAT32, WIDTH, CLASSES);
    narrow.fill(0.3);
    return Ops.linear(tape, picked, tape.constant(narrow), null);
  }
}
