package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * One piece of memory for all weights that a step reads, in the order in which it reads them. Where
 * the system can, it lies on pages of 2 MiB: a step reads all of it, and would otherwise wait for
 * addresses to be translated a thousand times.
 */
final class WeightMemory {
  private static final long HUGE_PAGE = 2 << 20;

  /** MADV_HUGEPAGE of Linux. */
  private static final int HUGE = 14;

  /** MADV_COLLAPSE of Linux 6.1: at once, not when the kernel finds the time. */
  private static final int COLLAPSE = 25;

  private static final @Nullable MethodHandle MADVISE = madvise();

  private WeightMemory() {}

  private static @Nullable MethodHandle madvise() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("madvise")
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT)))
        .orElse(null);
  }

  /** Zeroed memory of so many bytes, given away from its beginning to its end. */
  static SegmentAllocator allocate(long bytes) {
    if (bytes < HUGE_PAGE / 2 || MADVISE == null) {
      return SegmentAllocator.slicingAllocator(Memory.allocate(bytes));
    }
    long whole = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    // One page more than needed, so that the first boundary within can be the beginning.
    MemorySegment raw = Arena.ofAuto().allocate(whole + HUGE_PAGE, Memory.ALIGNMENT);
    long skipped = -raw.address() & (HUGE_PAGE - 1);
    MemorySegment block = raw.asSlice(skipped, whole);
    try {
      // Advice only: whatever the answer is, the memory can be used.
      int unused = (int) MADVISE.invokeExact(block, whole, HUGE);
      unused = (int) MADVISE.invokeExact(block, whole, COLLAPSE);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise cannot be called", e);
    }
    return SegmentAllocator.slicingAllocator(block);
  }
}
