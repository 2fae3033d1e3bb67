package dev.chainrule.core.kernel.cuda;

import dev.chainrule.base.InputException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The libraries that the engine stands on, loaded.
 *
 * @param driver of the GPUs
 * @param compiler of kernel texts
 * @param products cuBLASLt; null where it is not there, and the engine's own kernels multiply
 * @param cache where machine code of kernels is kept from run to run
 */
record CudaRuntime(Driver driver, Nvrtc compiler, @Nullable CublasLt products, Path cache) {
  /**
   * Loads what {@link CudaLibraries} finds.
   *
   * @throws InputException if a library is lacking, with how to get it
   */
  static CudaRuntime load(CudaLibraries libraries) {
    Driver driver = driver(libraries);
    if (driver.version() < Driver.OLDEST) {
      throw new InputException(
          "the NVIDIA driver is for CUDA %s, expected %d.0 or later: install a newer driver"
              .formatted(versionText(driver.version()), Driver.OLDEST / 1000));
    }
    CudaLibraries.Found nvrtc = libraries.nvrtc(driver.version());
    if (nvrtc.path() == null) {
      throw new InputException(
          nvrtc.reason() + "; the engine cuda compiles its kernels with NVRTC");
    }
    CudaLibraries.Found products = libraries.cublasLt(driver.version());
    return new CudaRuntime(
        driver,
        loaded(Nvrtc::new, "NVRTC", nvrtc.path()),
        products.path() == null ? null : loaded(CublasLt::new, "cuBLASLt", products.path()),
        libraries.cache());
  }

  private static <T> T loaded(Function<String, T> library, String name, String path) {
    try {
      return library.apply(path);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "%s cannot be loaded as %s; CHAINRULE_%s names another"
              .formatted(path, name, name.toUpperCase(Locale.ROOT)),
          e);
    }
  }

  /** The driver alone. */
  static Driver driver(CudaLibraries libraries) {
    try {
      return new Driver(libraries.driver());
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "there is no NVIDIA driver: %s cannot be loaded".formatted(libraries.driver()), e);
    } catch (CudaException e) {
      throw new InputException("the NVIDIA driver finds no usable GPU: " + e.getMessage(), e);
    }
  }

  /** The driver's way of writing versions, for people. */
  static String versionText(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
