package dev.chainrule.experiments.doctor;

import dev.chainrule.core.kernel.cuda.CudaReport;
import java.util.List;

/**
 * A graphics processor that NVIDIA's driver sees.
 *
 * @param name its name
 * @param computeCapability for instance {@code 9.0}
 * @param memoryBytes size of its memory
 * @param engine what can compute on it: cuda, nd4j or none
 * @param reason in a sentence
 */
public record Gpu(
    String name, String computeCapability, long memoryBytes, String engine, String reason) {
  /** All of them; none where there is no driver. */
  public static List<Gpu> list() {
    return list(CudaReport.ofThisMachine());
  }

  static List<Gpu> list(CudaReport report) {
    return report.gpus().stream()
        .map(
            gpu ->
                new Gpu(
                    gpu.info().name(),
                    gpu.info().capabilityText(),
                    gpu.info().memoryBytes(),
                    gpu.engine(),
                    gpu.reason()))
        .toList();
  }
}
