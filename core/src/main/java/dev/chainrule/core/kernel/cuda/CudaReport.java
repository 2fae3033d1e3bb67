package dev.chainrule.core.kernel.cuda;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is on this machine for computing on GPUs.
 *
 * @param gpus all that the driver finds
 * @param driver the CUDA version that the driver is for, or why there is none
 * @param nvrtc where NVRTC is, or why there is none and how to get it
 * @param cublasLt where cuBLASLt is, or why there is none and how to get it
 * @param obstacle why the engine cuda cannot run on any of them, in a sentence; null where it can
 */
public record CudaReport(
    List<Device> gpus, String driver, String nvrtc, String cublasLt, @Nullable String obstacle) {
  /**
   * A GPU, and what can compute on it.
   *
   * @param engine cuda, nd4j or none
   * @param reason in a sentence
   */
  public record Device(GpuInfo info, String engine, String reason) {}

  /** Looks at this machine. */
  public static CudaReport ofThisMachine() {
    return of(System.getenv());
  }

  /**
   * Looks at this machine, or what the environment names in place of its libraries.
   *
   * @param environment of the process, as {@link System#getenv()} gives it
   */
  public static CudaReport of(Map<String, String> environment) {
    CudaLibraries libraries = new CudaLibraries(environment);
    Driver driver;
    try {
      driver = CudaRuntime.driver(libraries);
    } catch (InputException e) {
      String reason = String.valueOf(e.getMessage());
      return new CudaReport(
          List.of(),
          reason,
          text(libraries.nvrtc(CudaLibraries.ANY)),
          text(libraries.cublasLt(CudaLibraries.ANY)),
          reason);
    }
    String lacking = lacking(libraries);
    List<Device> gpus = new ArrayList<>();
    for (GpuInfo gpu : driver.gpus()) {
      gpus.add(device(gpu, lacking));
    }
    return new CudaReport(
        List.copyOf(gpus),
        "for CUDA " + CudaRuntime.versionText(driver.version()),
        text(libraries.nvrtc(driver.version())),
        text(libraries.cublasLt(driver.version())),
        obstacle(gpus, lacking));
  }

  /** The first GPU that the engine cuda can run on; null where there is an obstacle. */
  public @Nullable GpuInfo usable() {
    for (Device gpu : gpus) {
      if (gpu.engine().equals("cuda")) {
        return gpu.info();
      }
    }
    return null;
  }

  private static Device device(GpuInfo gpu, @Nullable String lacking) {
    if (gpu.runsKernels() && lacking == null) {
      return new Device(
          gpu, "cuda", "its compute capability is %d.0 or later".formatted(GpuInfo.OLDEST / 10));
    }
    String why =
        gpu.runsKernels()
            ? String.valueOf(lacking)
            : "the engine cuda needs compute capability %d.0 or later"
                .formatted(GpuInfo.OLDEST / 10);
    return gpu.hasNd4jCode()
        ? new Device(
            gpu,
            "nd4j",
            why + "; ND4J's library for GPUs has code for it: build with -Pcuda (docs/gpu.md)")
        : new Device(gpu, "none", why + "; ND4J's library for GPUs has code for 3.7 to 8.6 only");
  }

  private static @Nullable String lacking(CudaLibraries libraries) {
    try {
      CudaRuntime.load(libraries);
      return null;
    } catch (InputException | CudaException e) {
      return e.getMessage();
    }
  }

  private static @Nullable String obstacle(List<Device> gpus, @Nullable String lacking) {
    if (gpus.isEmpty()) {
      return "the driver finds no GPU";
    }
    if (gpus.stream().noneMatch(gpu -> gpu.info().runsKernels())) {
      GpuInfo first = gpus.getFirst().info();
      return "GPU %d is a %s of compute capability %s, expected %d.0 or later"
          .formatted(first.ordinal(), first.name(), first.capabilityText(), GpuInfo.OLDEST / 10);
    }
    return lacking;
  }

  private static String text(CudaLibraries.Found found) {
    return found.path() == null ? found.reason() : found.path();
  }
}
