package dev.chainrule.core.engine;

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
    try (Engine engine = Engines.open(name, 2)) {
      assertThat(engine.name()).isEqualTo(name);
      assertThat(engine.workers()).isEqualTo(2);
      assertThat(engine.kernels(0)).isNotSameAs(engine.kernels(1));
      assertThat(engine.worker(1).kernels(0)).isSameAs(engine.kernels(1));
      assertThat(engine.worker(1).workers()).isEqualTo(1);
    }
  }

  @Test
  void automaticIsTheVectorEngineWhereItRuns() {
    assertThat(Engines.open("auto", 1).name()).isEqualTo("vector");
    assertThat(Engines.automatic().reason()).contains("Vector API");
  }

  @Test
  void thePropertySaysWhatAutomaticMeans() {
    System.setProperty(Engines.PROPERTY, "reference");
    assertThat(Engines.open("auto", 1).name()).isEqualTo("reference");
    assertThat(Engines.automatic().reason()).contains("chainrule.kernels");
    System.setProperty(Engines.PROPERTY, "fast");
    assertThatThrownBy(() -> Engines.open("auto", 1)).hasMessageContaining("chainrule.kernels");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheChoices() {
    assertThatThrownBy(() -> Engines.open("tpu", 1))
        .hasMessage(
            "the engine is 'tpu', expected one of auto, vector, cuda, cuda-bf16, nd4j, reference");
  }
}
