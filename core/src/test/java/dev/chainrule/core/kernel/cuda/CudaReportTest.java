package dev.chainrule.core.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of the GPUs of a machine, and which of them is taken. */
class CudaReportTest {
  private StandIn standIn;

  @BeforeEach
  void open() {
    standIn = StandIn.require();
  }

  @AfterEach
  void restore() {
    if (standIn != null) {
      // Settings of the stand-in are those of the whole process.
      standIn.set("version", 12_090);
      standIn.set("devices", 1);
      standIn.set("capability", 90);
      standIn.set("capability1", 0);
    }
  }

  private CudaReport without(String... libraries) {
    Map<String, String> environment = new HashMap<>(standIn.environment());
    List.of(libraries).forEach(library -> environment.put("CHAINRULE_" + library, "none"));
    return CudaReport.of(environment);
  }

  private static String only(CudaReport report) {
    assertThat(report.gpus()).hasSize(1);
    CudaReport.Device gpu = report.gpus().getFirst();
    return gpu.engine() + ": " + gpu.reason();
  }

  @Test
  void aNewGpuRunsTheEngineCuda() {
    CudaReport report = without();
    assertThat(only(report)).isEqualTo("cuda: its compute capability is 8.0 or later");
    assertThat(report.obstacle()).isNull();
    assertThat(report.driver()).isEqualTo("for CUDA 12.9");
    assertThat(report.nvrtc()).isEqualTo(standIn.library().toString());
  }

  @Test
  void ofTwoGpusTheFirstThatIsNewEnoughIsTaken() {
    standIn.set("devices", 2);
    standIn.set("capability", 61);
    standIn.set("capability1", 90);
    CudaReport report = without();
    assertThat(report.gpus()).extracting(CudaReport.Device::engine).containsExactly("nd4j", "cuda");
    assertThat(report.obstacle()).isNull();
    assertThat(report.usable()).isEqualTo(report.gpus().get(1).info());
    CudaLibraries libraries = new CudaLibraries(standIn.environment());
    try (CudaEngine engine = CudaEngine.open(libraries, Precision.FLOAT32)) {
      assertThat(engine.info().ordinal()).isEqualTo(1);
    }
  }

  @Test
  void anOldGpuIsSentToNd4j() {
    standIn.set("capability", 75);
    CudaReport report = without();
    assertThat(only(report))
        .isEqualTo(
            "nd4j: the engine cuda needs compute capability 8.0 or later; ND4J's library for GPUs"
                + " has code for it: build with -Pcuda (docs/gpu.md)");
    assertThat(report.obstacle())
        .isEqualTo("GPU 0 is a stand-in of compute capability 7.5, expected 8.0 or later");
    assertThat(report.usable()).isNull();
    CudaLibraries libraries = new CudaLibraries(standIn.environment());
    assertThatThrownBy(() -> CudaEngine.open(libraries, Precision.FLOAT32))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("compute capability 7.5");
    standIn.set("capability", 35);
    assertThat(only(without())).startsWith("none: the engine cuda needs").contains("3.7 to 8.6");
  }

  @Test
  void anOldDriverIsSaidOfTheGpu() {
    standIn.set("version", 11_040);
    CudaReport report = without();
    assertThat(only(report))
        .isEqualTo(
            "none: the NVIDIA driver is for CUDA 11.4, expected 12.0 or later: install a newer"
                + " driver; ND4J's library for GPUs has code for 3.7 to 8.6 only");
    assertThat(report.driver()).isEqualTo("for CUDA 11.4");
    assertThat(report.obstacle()).contains("CUDA 11.4");
  }

  @Test
  void withADriverAloneItIsSaidHowToGetTheRest() {
    CudaReport report = without("NVRTC", "CUBLASLT");
    assertThat(only(report)).startsWith("none: ").contains("pip install nvidia-cuda-nvrtc-cu12");
    assertThat(report.nvrtc()).contains("pip install nvidia-cuda-nvrtc-cu12");
    assertThat(report.cublasLt()).contains("pip install nvidia-cublas-cu12");
    standIn.set("version", 13_020);
    assertThat(without("NVRTC").nvrtc()).endsWith("`pip install nvidia-cuda-nvrtc==13.*`");
  }

  @Test
  void withoutMatrixProductsTheEngineRuns() {
    CudaReport report = without("CUBLASLT");
    assertThat(report.obstacle()).isNull();
    assertThat(only(report)).startsWith("cuda: ");
  }

  @Test
  void aDriverWithoutGpusHasNone() {
    standIn.set("devices", 0);
    CudaReport report = without();
    assertThat(report.gpus()).isEmpty();
    assertThat(report.obstacle()).contains("no usable GPU");
  }

  @Test
  void aFileThatIsNoLibraryIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("libnvrtc.so.12"), "no library");
    Map<String, String> environment = new HashMap<>(standIn.environment());
    environment.put("CHAINRULE_NVRTC", file.toString());
    assertThat(CudaReport.of(environment).obstacle())
        .isEqualTo(file + " cannot be loaded as NVRTC; CHAINRULE_NVRTC names another");
    environment.put("CHAINRULE_CUDA", file.toString());
    assertThat(CudaReport.of(environment).obstacle())
        .isEqualTo("there is no NVIDIA driver: " + file + " cannot be loaded");
  }
}
