package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.MemorySegment;

/** Memory that a worker's kernels share, kept from call to call. */
final class Scratch {
  private MemorySegment memory = Memory.allocate(Memory.ALIGNMENT);

  /** Where at least so many bytes lie, until the next call. */
  long address(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = Memory.allocate(bytes);
    }
    return memory.address();
  }
}
