package dev.chainrule.experiments.doctor;

import dev.chainrule.core.kernel.cuda.CudaReport;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** What doctor says of GPUs: each with what can compute on it, and the libraries for them. */
record GpuRows(CudaReport report) {
  private static final double GIB = 1L << 30;

  /**
   * Says it, line by line.
   *
   * @param row gets the name of a line, empty for one that goes on, and its text
   */
  void print(BiConsumer<String, String> row) {
    List<Gpu> gpus = Gpu.list(report);
    String none =
        gpus.isEmpty() ? "none" + (report.obstacle() == null ? "" : ": " + report.obstacle()) : "";
    row.accept("GPUs", gpus.isEmpty() ? none : Integer.toString(gpus.size()));
    for (int i = 0; i < gpus.size(); i++) {
      Gpu gpu = gpus.get(i);
      row.accept(
          "  GPU " + i,
          String.format(
              Locale.ROOT,
              "%s, compute capability %s, %.1f GiB",
              gpu.name(),
              gpu.computeCapability(),
              gpu.memoryBytes() / GIB));
      row.accept("", "engine " + gpu.engine() + ": " + gpu.reason());
    }
    if (!gpus.isEmpty()) {
      row.accept("NVIDIA driver", report.driver());
    }
    if (!gpus.isEmpty() || report.nvrtc().startsWith("/")) {
      row.accept("NVRTC", report.nvrtc());
      row.accept("cuBLASLt", report.cublasLt());
    }
  }
}
