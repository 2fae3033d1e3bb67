package dev.chainrule.core.array;

import java.lang.foreign.MemorySegment;

/**
 * The memory that tensors of an engine lie in. The processor's own is {@link #HOST}; the memory of
 * a device is named by addresses that only the device's kernels can follow, and numbers pass
 * between the two by {@link #upload} and {@link #download} alone.
 */
public interface TensorMemory {
  /** The processor's memory. */
  TensorMemory HOST = new HostMemory();

  /** Where it is, for messages. */
  String name();

  /** Zeroed memory on a 64-byte boundary; the segment of a device's memory must not be accessed. */
  MemorySegment allocate(long bytes);

  /** Copies host memory to a tensor in this one, of the same type and size. */
  void upload(Tensor to, Tensor host);

  /** Copies a tensor in this memory to host memory, of the same type and size. */
  void download(Tensor host, Tensor from);
}
