package dev.chainrule.core.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One sum of linear maps against the same maps one after the other. */
class LinearSumTest {
  /** More rows than are computed at once, so that there are two parts of unequal size. */
  private static final int ROWS = 300;

  private final Parameters parameters = new Parameters();
  private final List<Parameter> inputs = new ArrayList<>();
  private final List<Parameter> weights = new ArrayList<>();
  private final Parameter bias = parameters.add("bias", Initializer.normal(1), 4);

  LinearSumTest() {
    for (int l = 0; l < 3; l++) {
      inputs.add(parameters.add("x" + l, Initializer.normal(1), ROWS, 2 + l));
      weights.add(parameters.add("w" + l, Initializer.normal(1), 4, 2 + l));
    }
    parameters.allocate(DType.FLOAT64, 3);
  }

  private double[] valuesAndGradients(boolean atOnce) {
    Tape tape = Tape.training(Engines.open("reference", 1), parameters);
    tape.zeroGradients();
    tape.begin();
    List<Variable> xs = inputs.stream().map(tape::parameter).toList();
    List<Variable> ws = weights.stream().map(tape::parameter).toList();
    Variable b = tape.parameter(bias);
    Variable y;
    if (atOnce) {
      y = LinearSum.linearSum(tape, xs, ws, b);
    } else {
      y = Ops.linear(tape, xs.get(0), ws.get(0), b);
      y = Ops.linear(tape, xs.get(1), ws.get(1), null, y);
      y = Ops.linear(tape, xs.get(2), ws.get(2), null, y);
    }
    tape.backward(tape.reshape(y, 4, ROWS), 0.5);
    List<Double> all = new ArrayList<>();
    add(all, y.value());
    add(all, tape.gradients());
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void add(List<Double> all, Tensor tensor) {
    for (long i = 0; i < tensor.size(); i++) {
      all.add(tensor.get(i));
    }
  }

  @Test
  void valuesAndGradientsAreThoseOfTheMapsOneByOne() {
    double[] expected = valuesAndGradients(false);
    assertThat(valuesAndGradients(true)).containsExactly(expected, within(1e-9));
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Tape tape = Tape.evaluation(Engines.open("reference", 1), parameters);
    tape.begin();
    Variable x = tape.parameter(inputs.get(0));
    Variable w = tape.parameter(weights.get(1));
    assertThatThrownBy(() -> LinearSum.linearSum(tape, List.of(x), List.of(w), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("do not fit");
  }
}
