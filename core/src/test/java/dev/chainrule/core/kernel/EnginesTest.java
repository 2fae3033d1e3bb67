package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnginesTest {
  @AfterEach
  void clearProperty() {
    System.clearProperty(Engines.PROPERTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vector", "nd4j", "reference"})
  void everyEngineIsFoundByItsName(String name) {
    assertThat(Engines.create(name).name()).isEqualTo(name);
    assertThat(Engines.create(name)).isNotSameAs(Engines.create(name));
  }

  @Test
  void automaticIsTheVectorEngineWhereItRuns() {
    assertThat(Engines.create("auto").name()).isEqualTo("vector");
    assertThat(Engines.automatic().reason()).contains("Vector API");
  }

  @Test
  void thePropertySaysWhatAutomaticMeans() {
    System.setProperty(Engines.PROPERTY, "reference");
    assertThat(Engines.create("auto").name()).isEqualTo("reference");
    assertThat(Engines.automatic().reason()).contains("chainrule.kernels");
    System.setProperty(Engines.PROPERTY, "fast");
    assertThatThrownBy(() -> Engines.create("auto")).hasMessageContaining("chainrule.kernels");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheChoices() {
    assertThatThrownBy(() -> Engines.create("cuda"))
        .hasMessage("the engine is 'cuda', expected one of auto, vector, nd4j, reference");
  }
}
