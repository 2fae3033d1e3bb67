package dev.chainrule.experiments.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.kernel.cuda.CudaReport;
import dev.chainrule.core.kernel.cuda.GpuInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuRowsTest {
  private static List<String> rows(CudaReport report) {
    List<String> rows = new ArrayList<>();
    new GpuRows(report).print((name, text) -> rows.add(name + "|" + text));
    return rows;
  }

  private static CudaReport.Device gpu(String name, int capability, String engine, String reason) {
    return new CudaReport.Device(
        new GpuInfo(0, 0, name, capability, 40, 16L << 30), engine, reason);
  }

  @Test
  void everyGpuIsNamedWithItsEngineAndTheLibraries() {
    CudaReport report =
        new CudaReport(
            List.of(
                gpu("Tesla T4", 75, "nd4j", "it is old"),
                gpu("NVIDIA A10", 86, "cuda", "it is new")),
            "for CUDA 12.4",
            "/usr/lib/libnvrtc.so.12",
            "no cuBLASLt was found; get it",
            null);
    assertThat(rows(report))
        .containsExactly(
            "GPUs|2",
            "  GPU 0|Tesla T4, compute capability 7.5, 16.0 GiB",
            "|engine nd4j: it is old",
            "  GPU 1|NVIDIA A10, compute capability 8.6, 16.0 GiB",
            "|engine cuda: it is new",
            "NVIDIA driver|for CUDA 12.4",
            "NVRTC|/usr/lib/libnvrtc.so.12",
            "cuBLASLt|no cuBLASLt was found; get it");
  }

  @Test
  void withoutADriverThatIsTheReason() {
    CudaReport report = CudaReport.of(Map.of("CHAINRULE_CUDA", "/nowhere/libcuda.so.1"));
    assertThat(rows(report).getFirst())
        .isEqualTo("GPUs|none: there is no NVIDIA driver: /nowhere/libcuda.so.1 cannot be loaded");
    assertThat(Gpu.list(report)).isEmpty();
  }
}
