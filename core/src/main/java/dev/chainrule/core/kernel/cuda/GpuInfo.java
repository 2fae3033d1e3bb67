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

  private static final int ND4J_OLDEST = 37;
  private static final int ND4J_NEWEST = 86;

  /** Compute capability as it is written, for instance "9.0". */
  public String capabilityText() {
    return capability / 10 + "." + capability % 10;
  }

  /** Whether the engine's kernels run on it. */
  boolean runsKernels() {
    return capability >= OLDEST;
  }

  /** Whether nd4j-cuda-11.6 holds machine code for it: it has no code that is compiled later. */
  boolean hasNd4jCode() {
    return capability >= ND4J_OLDEST && capability <= ND4J_NEWEST;
  }

  /** What NVRTC calls this architecture. */
  String architecture() {
    return "sm_" + capability;
  }
}
