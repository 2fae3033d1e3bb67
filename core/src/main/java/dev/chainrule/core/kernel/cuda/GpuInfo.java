package dev.chainrule.core.kernel.cuda;

/**
 * What a GPU is.
 *
 * @param ordinal its number among the GPUs of this machine, from 0
 * @param device the driver's handle of it
 * @param name for instance "NVIDIA H100 80GB HBM3"
 * @param capability compute capability, 10 major + minor: 90 is 9.0
 * @param multiprocessors their number
 * @param memoryBytes in all
 */
public record GpuInfo(
    int ordinal, int device, String name, int capability, int multiprocessors, long memoryBytes) {
  /** The oldest compute capability that the engine's kernels are written for: Ampere. */
  public static final int OLDEST = 80;

  /** Compute capability as it is written, for instance "9.0". */
  public String capabilityText() {
    return capability / 10 + "." + capability % 10;
  }

  /** What NVRTC calls this architecture. */
  String architecture() {
    return "sm_" + capability;
  }
}
