package dev.chainrule.core.kernel.cuda;

/** Device memory for intermediate results, which grows to what was needed most. */
final class DeviceBuffer {
  private final Gpu gpu;
  private long address;
  private long bytes;

  DeviceBuffer(Gpu gpu) {
    this.gpu = gpu;
  }

  /** Room for this many bytes; what was there is lost. */
  long bytes(long wanted) {
    if (wanted > bytes) {
      // The calls that use the old memory come before those that will get it next.
      if (bytes > 0) {
        gpu.pool().give(address, bytes);
        bytes = 0;
      }
      gpu.scratchMoved();
      address = gpu.pool().take(wanted);
      bytes = wanted;
    }
    return address;
  }

  /** Room for this many float32 numbers. */
  long floats(long count) {
    return bytes(4 * count);
  }
}
