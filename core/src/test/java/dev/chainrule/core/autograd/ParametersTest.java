package dev.chainrule.core.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private static Parameters parameters(int... shape) {
    Parameters parameters = new Parameters();
    parameters.add("w", Initializer.normal(1), shape);
    parameters.add("b", Initializer.constant(2), 3);
    parameters.allocate(DType.FLOAT32, 7);
    return parameters;
  }

  @Test
  void theChecksumDiffersWhereAnyValueDoes() {
    Parameters parameters = parameters(5, 7);
    String first = parameters.checksum();
    assertThat(first).startsWith("38-").isEqualTo(parameters(5, 7).checksum());
    Set<String> others = new HashSet<>();
    for (long i = 0; i < parameters.values().size(); i++) {
      double before = parameters.values().get(i);
      parameters.values().set(i, before + 1);
      others.add(parameters.checksum());
      parameters.values().set(i, before);
    }
    assertThat(others).hasSize((int) parameters.values().size()).doesNotContain(first);
    assertThat(parameters.checksum()).isEqualTo(first);
  }
}
