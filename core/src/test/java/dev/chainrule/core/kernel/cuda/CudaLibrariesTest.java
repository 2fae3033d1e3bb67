package dev.chainrule.core.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.DeviceMemoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where CUDA's libraries are looked for, and what is said where something is lacking. */
class CudaLibrariesTest {
  @TempDir private Path folder;

  @AfterEach
  void restore() {
    if (System.getProperty("os.name").equals("Linux")) {
      // Settings of the stand-in are those of the whole process.
      StandIn standIn = StandIn.require();
      standIn.set("version", 12_090);
      standIn.set("devices", 1);
      standIn.set("capability", 90);
      standIn.set("capability1", 0);
      standIn.set("memory", 1L << 40);
      standIn.set("lost_after", -1);
    }
  }

  private String file(String path) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.createFile(file).toString();
  }

  @Test
  void theNewestThatTheDriverIsNewEnoughForIsTaken() throws IOException {
    String twelve = file("lib/libnvrtc.so.12");
    String thirteen = file("lib/libnvrtc.so.13");
    file("lib/libnvrtc.alt.so.13");
    CudaLibraries libraries =
        new CudaLibraries(Map.of("LD_LIBRARY_PATH", folder.resolve("lib").toString()));
    assertThat(libraries.nvrtc(12_080).path()).isEqualTo(twelve);
    assertThat(libraries.nvrtc(13_000).path()).isEqualTo(thirteen);
    assertThat(libraries.nvrtc(13_000).reason()).contains("lib");
  }

  @Test
  void pythonPackagesAndToolkitsAreLookedThrough() throws IOException {
    String products = file("venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublasLt.so.12");
    String nvrtc = file("toolkit/lib64/libnvrtc.so.12.9.86");
    CudaLibraries libraries =
        new CudaLibraries(
            Map.of(
                "VIRTUAL_ENV", folder.resolve("venv").toString(),
                "CUDA_HOME", folder.resolve("toolkit").toString()));
    assertThat(libraries.cublasLt(12_090).path()).isEqualTo(products);
    assertThat(libraries.nvrtc(12_090).path()).isEqualTo(nvrtc);
  }

  @Test
  void aNamedLibraryThatIsNoFileIsSaid() {
    CudaLibraries libraries = new CudaLibraries(Map.of("CHAINRULE_NVRTC", "/nowhere/x.so"));
    assertThat(libraries.nvrtc(12_090).path()).isNull();
    assertThat(libraries.nvrtc(12_090).reason()).contains("CHAINRULE_NVRTC", "/nowhere/x.so");
    CudaLibraries none = new CudaLibraries(Map.of("CHAINRULE_CUBLASLT", "none"));
    assertThat(none.cublasLt(12_090).path()).isNull();
  }

  @Test
  void withoutADriverThereIsOneSentence() {
    CudaLibraries libraries =
        new CudaLibraries(Map.of("CHAINRULE_CUDA", folder.resolve("libcuda.so.1").toString()));
    assertThatThrownBy(() -> CudaRuntime.load(libraries))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no NVIDIA driver");
  }

  @Test
  void anOldDriverIsSaid() {
    StandIn standIn = StandIn.require();
    standIn.set("version", 11_040);
    assertThatThrownBy(() -> CudaRuntime.load(new CudaLibraries(standIn.environment())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("CUDA 11.4")
        .hasMessageContaining("12.0 or later");
  }

  @Test
  void aDriverWithoutGpusIsSaid() {
    StandIn standIn = StandIn.require();
    standIn.set("devices", 0);
    assertThatThrownBy(() -> CudaRuntime.load(new CudaLibraries(standIn.environment())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no usable GPU");
  }

  @Test
  void withoutNvrtcItIsSaidHowToGetIt() {
    StandIn standIn = StandIn.require();
    Map<String, String> environment = new HashMap<>(standIn.environment());
    environment.put("CHAINRULE_NVRTC", "none");
    assertThatThrownBy(() -> CudaRuntime.load(new CudaLibraries(environment)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("pip install nvidia-cuda-nvrtc");
  }

  @Test
  void anOldGpuIsSaid() {
    StandIn standIn = StandIn.require();
    standIn.set("capability", 75);
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(standIn.environment()));
    assertThatThrownBy(() -> new Gpu(runtime, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("compute capability 7.5, expected 8.0 or later");
  }

  @Test
  void outOfMemorySaysWhatWasWanted() {
    StandIn standIn = StandIn.require();
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(standIn.environment()));
    try (Gpu gpu = new Gpu(runtime, 0)) {
      standIn.set("memory", 100L << 20);
      assertThatThrownBy(() -> gpu.pool().take(512L << 20))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("no room for 512 MB more")
          .hasMessageContaining("MB of 1048576 MB are free");
    }
  }
}
