package dev.chainrule.core.kernel.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;

class GemmProvidersTest {
  @Test
  void providersAreChosenByName() {
    assertThat(GemmProviders.choose("openblas").gemm().name()).isEqualTo("openblas");
    assertThat(GemmProviders.choose("auto").reason()).isNotBlank();
    assertThatThrownBy(() -> GemmProviders.choose("mkl"))
        .hasMessage(
            "system property chainrule.gemm is 'mkl', expected one of auto, openblas, onednn");
  }

  @Test
  void whatIsThereIsKnownBeforeItIsLoaded() {
    assertThat(GemmProviders.obstacle("auto")).isNull();
    assertThat(GemmProviders.obstacle("openblas")).isNull();
    assertThat(GemmProviders.obstacle("mkl"))
        .isEqualTo(
            "system property chainrule.gemm is 'mkl', expected one of auto, openblas, onednn");
    assertThat(Gemm.whenUsed().name()).isEqualTo(Gemm.get().name());
    assertThat(Gemm.whenUsed().kernelSet()).isEqualTo(Gemm.get().kernelSet());
  }

  @Test
  void oneDnnIsThereOnLinux() {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    Gemm oneDnn = GemmProviders.choose("onednn").gemm();
    assertThat(oneDnn.name()).isEqualTo("onednn");
    assertThat(oneDnn.kernelSet()).isNotBlank();
    assertThat(Gemm.available()).contains(oneDnn);
  }
}
