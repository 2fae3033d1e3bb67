package dev.chainrule.core.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Divergences are those of their definition, and so are their gradients. */
class DivergenceOpsTest {
  private static final int PLACES = 4;
  private static final int CLASSES = 7;

  private final Parameters parameters = new Parameters();
  private final Parameter logits = parameters.add("q", Initializer.normal(1), PLACES, CLASSES);
  private final Tensor targets = Tensor.of(new int[] {3, -1, 0, 6}, PLACES);

  private static Tensor given(DType dtype) {
    Tensor given = Tensor.zeros(dtype, PLACES, CLASSES);
    CounterRandom random = CounterRandom.of(4);
    for (int i = 0; i < given.size(); i++) {
      given.set(i, 2 * random.nextGaussian());
    }
    return given;
  }

  private static double[] softmax(Tensor logits, int row) {
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int v = 0; v < CLASSES; v++) {
      p[v] = Math.exp(logits.get((long) row * CLASSES + v));
      sum += p[v];
    }
    for (int v = 0; v < CLASSES; v++) {
      p[v] /= sum;
    }
    return p;
  }

  private double[] divergences(Tape tape, Tensor given) {
    tape.begin();
    Variable sum = DivergenceOps.divergence(tape, tape.parameter(logits), given, targets);
    if (tape.recording()) {
      tape.backward(sum, 0.5);
    }
    return sum.value().toDoubles();
  }

  @ParameterizedTest
  @CsvSource({"reference,FLOAT64,1e-12", "reference,FLOAT32,1e-5", "vector,FLOAT32,1e-5"})
  void theDefinition(String name, DType dtype, double tolerance) {
    parameters.allocate(dtype, 3);
    Tensor given = given(dtype);
    try (Engine engine = Engines.open(name, 1)) {
      double[] found = divergences(Tape.evaluation(engine, parameters), given);
      for (int row = 0; row < PLACES; row++) {
        double[] p = softmax(given, row);
        double[] q = softmax(parameters.value(logits), row);
        double expected = 0;
        for (int v = 0; v < CLASSES; v++) {
          expected += p[v] * (Math.log(p[v]) - Math.log(q[v]));
        }
        assertThat(found[row]).isCloseTo(row == 1 ? 0 : expected, within(tolerance));
      }
    }
  }

  @Test
  void gradientsAreDifferences() {
    parameters.allocate(DType.FLOAT64, 3);
    try (Engine engine = Engines.open("reference", 1)) {
      Tape tape = Tape.training(engine, parameters);
      Tensor given = given(DType.FLOAT64);
      divergences(tape, given);
      double[] gradients = logits.in(tape.gradients()).toDoubles();
      Tape plain = Tape.evaluation(engine, parameters);
      Tensor values = parameters.value(logits);
      for (int i = 0; i < gradients.length; i++) {
        double at = values.get(i);
        values.set(i, at + 1e-5);
        double more = sum(divergences(plain, given));
        values.set(i, at - 1e-5);
        double less = sum(divergences(plain, given));
        values.set(i, at);
        assertThat(gradients[i]).isCloseTo(0.5 * (more - less) / 2e-5, within(1e-9));
      }
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  @Test
  void shapesMustFit() {
    parameters.allocate(DType.FLOAT64, 3);
    try (Engine engine = Engines.open("reference", 1)) {
      Tape tape = Tape.evaluation(engine, parameters);
      tape.begin();
      Tensor narrow = Tensor.zeros(DType.FLOAT64, PLACES, CLASSES - 1);
      assertThatThrownBy(
              () -> DivergenceOps.divergence(tape, tape.parameter(logits), narrow, targets))
          .hasMessageContaining("expected equal shapes");
    }
  }
}
