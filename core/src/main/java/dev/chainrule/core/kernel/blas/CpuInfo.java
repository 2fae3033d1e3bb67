package dev.chainrule.core.kernel.blas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Linux says of the processor; nothing on other systems. */
final class CpuInfo {
  private static final String TEXT = read();

  private CpuInfo() {}

  /** Whether it has the parts of AVX-512 that OpenBLAS's kernels for Skylake-X need. */
  static boolean hasAvx512() {
    return Stream.of("avx512f", "avx512dq", "avx512bw", "avx512vl").allMatch(TEXT::contains);
  }

  private static String read() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      return "";
    }
  }
}
