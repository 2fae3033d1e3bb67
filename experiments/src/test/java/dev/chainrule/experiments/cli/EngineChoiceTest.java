package dev.chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.engine.Engines;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EngineChoiceTest {
  /** Else a machine whose automatic engine has no choice could run no command. */
  @Test
  void everyEngineThatThereIsCanBeChosen() {
    assertThat(Arrays.stream(EngineChoice.values()).map(EngineChoice::toString))
        .containsExactlyInAnyOrderElementsOf(Engines.NAMES);
    assertThat(Engines.NAMES)
        .allSatisfy(name -> assertThat(EngineChoice.named(name)).hasToString(name));
  }
}
