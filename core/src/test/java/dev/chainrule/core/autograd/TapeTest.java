package dev.chainrule.core.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engines;
import org.junit.jupiter.api.Test;

/** A tape keeps memory and plans from step to step, which must not show. */
class TapeTest {
  @Test
  void whatCannotBeAModelIsRefusedBeforeItFillsTheMemory() {
    Parameters parameters = new Parameters();
    assertThatThrownBy(() -> parameters.add("a", Initializer.constant(0), 4 * 2_000_000_000, 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the model's a would have the shape [-589934592, 3]");
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 2_000_000_000; i++) {
                parameters.add("b" + i, Initializer.constant(0), 1);
              }
            })
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than 100,000 arrays of weights");
  }

  private static final int WIDTH = 5;
  private static final int ROWS = 3;

  private final Parameters parameters = new Parameters();
  private final Parameter weight = parameters.add("weight", Initializer.normal(1), WIDTH, WIDTH);
  private final Parameter rows = parameters.add("rows", Initializer.normal(1), ROWS, WIDTH);

  @Test
  void stepsOfOtherShapesAndOperationsLeaveNoTraces() {
    parameters.allocate(DType.FLOAT32, 7);
    Tape kept = Tape.training(Engines.open("vector", 1), parameters);
    CounterRandom rng = CounterRandom.of(11);
    for (int step = 0; step < 100; step++) {
      int batch = 1 + rng.nextInt(3);
      int before = rng.nextInt(3);
      int beside = rng.nextInt(3);
      Tape fresh = Tape.training(Engines.open("vector", 1), parameters);
      assertThat(gradients(kept, batch, before, beside))
          .as("step %d: batch %d, %d and %d operations", step, batch, before, beside)
          .containsExactly(gradients(fresh, batch, before, beside));
    }
  }

  /** Of a branch whose shapes follow from the batch, and one whose shapes stay. */
  private double[] gradients(Tape tape, int batch, int before, int beside) {
    tape.zeroGradients();
    tape.begin();
    Variable w = tape.parameter(weight);
    Variable x = tape.input(filled(batch, ROWS, WIDTH));
    Variable a = Ops.linear(tape, x, w, null);
    for (int i = 0; i < before; i++) {
      a = Ops.add(tape, Ops.gelu(tape, a), a);
    }
    Variable b = Ops.linear(tape, tape.parameter(rows), w, null);
    for (int i = 0; i < beside; i++) {
      b = Ops.linear(tape, Ops.gelu(tape, b), w, null, b);
    }
    if (before == 2) {
      // A variable without memory of its own, where other steps have one with.
      a = tape.reshape(tape.reshape(a, batch * ROWS, WIDTH), batch, ROWS, WIDTH);
    }
    Variable sum = Ops.addRows(tape, a, b);
    int[] targets = new int[batch * ROWS];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = i % WIDTH;
    }
    Variable nll = Ops.crossEntropy(tape, sum, Tensor.of(targets, targets.length));
    tape.backward(nll, 1);
    return tape.gradients().toDoubles();
  }

  private static Tensor filled(int... shape) {
    Tensor tensor = Tensor.zeros(DType.FLOAT32, shape);
    CounterRandom rng = CounterRandom.of(3);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.set(i, rng.nextGaussian());
    }
    return tensor;
  }

  @Test
  void moreParametersThanTheMachineHasMemoryForAreRefused() {
    for (int layer = 0; layer < 300; layer++) {
      parameters.add("vast" + layer, Initializer.normal(1), 1 << 16, 1 << 16);
    }
    assertThat(parameters.count()).isEqualTo(300L << 32 | 40);
    assertThatThrownBy(() -> parameters.allocate(DType.FLOAT32, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1,288,490,188,840 parameters")
        .hasMessageContaining("5,153,960.8 MB");
  }
}
