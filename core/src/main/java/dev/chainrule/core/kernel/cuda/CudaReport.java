package dev.chainrule.core.kernel.cuda;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is on this machine for the cuda engine.
 *
 * @param gpus all that the driver finds
 * @param driver the CUDA version that the driver is for, or why there is none
 * @param nvrtc where NVRTC is, or why there is none
 * @param cublasLt where cuBLASLt is, or why there is none
 * @param obstacle why the engine cannot run, in a sentence; null where it can
 */
public record CudaReport(
    List<GpuInfo> gpus, String driver, String nvrtc, String cublasLt, @Nullable String obstacle) {
  /** Looks at this machine. */
  public static CudaReport ofThisMachine() {
    return of(new CudaLibraries(System.getenv()));
  }

  static CudaReport of(CudaLibraries libraries) {
    Driver driver;
    try {
      driver = CudaRuntime.driver(libraries);
    } catch (InputException e) {
      String reason = String.valueOf(e.getMessage());
      return new CudaReport(
          List.of(),
          reason,
          text(libraries.nvrtc(Integer.MAX_VALUE)),
          text(libraries.cublasLt(Integer.MAX_VALUE)),
          reason);
    }
    List<GpuInfo> gpus = new ArrayList<>();
    for (int i = 0; i < driver.deviceCount(); i++) {
      gpus.add(driver.info(i));
    }
    return new CudaReport(
        List.copyOf(gpus),
        "for CUDA " + CudaRuntime.versionText(driver.version()),
        text(libraries.nvrtc(driver.version())),
        text(libraries.cublasLt(driver.version())),
        obstacle(libraries, gpus));
  }

  private static @Nullable String obstacle(CudaLibraries libraries, List<GpuInfo> gpus) {
    if (gpus.isEmpty()) {
      return "the driver finds no GPU";
    }
    GpuInfo first = gpus.getFirst();
    if (first.capability() < GpuInfo.OLDEST) {
      return "%s has compute capability %s, expected %d.0 or later"
          .formatted(first.name(), first.capabilityText(), GpuInfo.OLDEST / 10);
    }
    try {
      CudaRuntime.load(libraries);
      return null;
    } catch (InputException | CudaException | IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private static String text(CudaLibraries.Found found) {
    return found.path() == null ? found.reason() : found.path();
  }
}
