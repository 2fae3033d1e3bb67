package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Memory for weights that a step reads, in the order in which it reads them: one piece for all, or
 * an instance that gives piece after piece. Where the system can, it lies on pages of 2 MiB: a step
 * reads all of it, and would otherwise wait for addresses to be translated a thousand times.
 */
final class WeightMemory {
  private static final long HUGE_PAGE = 2 << 20;

  /** What is asked for at a time for small pieces; the system gives pages when they are used. */
  private static final long AHEAD = 16 * HUGE_PAGE;

  /** PROT_READ and PROT_WRITE, MAP_PRIVATE and MAP_ANONYMOUS, MADV_HUGEPAGE of Linux. */
  private static final int READ_WRITE = 1 | 2;

  private static final int PRIVATE_ANONYMOUS = 2 | 0x20;
  private static final int HUGE = 14;

  private static final @Nullable Calls CALLS = Calls.find();

  /** What was asked for and not given away yet. */
  private MemorySegment rest = MemorySegment.NULL;

  /** Gives nothing yet. */
  WeightMemory() {}

  /** The system's own functions. */
  private record Calls(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {
    static @Nullable Calls find() {
      if (!System.getProperty("os.name").equals("Linux")) {
        return null;
      }
      ValueLayout.OfInt number = ValueLayout.JAVA_INT;
      ValueLayout.OfLong size = ValueLayout.JAVA_LONG;
      Optional<MethodHandle> mmap = call("mmap", size, size, size, number, number, number, size);
      Optional<MethodHandle> munmap = call("munmap", number, size, size);
      Optional<MethodHandle> madvise = call("madvise", number, size, size, number);
      return mmap.isPresent() && munmap.isPresent() && madvise.isPresent()
          ? new Calls(mmap.get(), munmap.get(), madvise.get())
          : null;
    }

    private static Optional<MethodHandle> call(
        String name, MemoryLayout result, MemoryLayout... arguments) {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find(name)
          .map(address -> linker.downcallHandle(address, FunctionDescriptor.of(result, arguments)));
    }

    /** Zeroed memory of whole pages of 2 MiB, or null where the system gives none. */
    @Nullable MemorySegment pages(long bytes) {
      // One page more than needed, so that the first boundary within can be the beginning.
      long length = bytes + HUGE_PAGE;
      try {
        long address = (long) mmap.invokeExact(0L, length, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
        if (address == -1) {
          return null;
        }
        MemorySegment raw =
            MemorySegment.ofAddress(address)
                .reinterpret(length, Arena.ofAuto(), memory -> free(memory.address(), length));
        MemorySegment block = raw.asSlice(-address & (HUGE_PAGE - 1), bytes);
        // Advice only: whatever the answer is, the memory can be used.
        int unused = (int) madvise.invokeExact(block.address(), bytes, HUGE);
        return block;
      } catch (Throwable e) {
        throw new IllegalStateException("mmap and madvise cannot be called", e);
      }
    }

    private void free(long address, long length) {
      try {
        int unused = (int) munmap.invokeExact(address, length);
      } catch (Throwable e) {
        throw new IllegalStateException("munmap cannot be called", e);
      }
    }
  }

  /** Zeroed memory of so many bytes, given away from its beginning to its end. */
  static SegmentAllocator allocate(long bytes) {
    return SegmentAllocator.slicingAllocator(piece(bytes));
  }

  private static MemorySegment piece(long bytes) {
    Calls calls = CALLS;
    if (bytes >= HUGE_PAGE / 2 && calls != null) {
      MemorySegment pages = calls.pages(Math.ceilDiv(bytes, HUGE_PAGE) * HUGE_PAGE);
      if (pages != null) {
        return pages;
      }
    }
    return Memory.allocate(bytes);
  }

  /** The next piece of zeroed memory, on a boundary of {@link Memory#ALIGNMENT}. */
  MemorySegment next(long bytes) {
    long whole = Math.ceilDiv(bytes, Memory.ALIGNMENT) * Memory.ALIGNMENT;
    if (whole >= HUGE_PAGE || CALLS == null) {
      return piece(whole);
    }
    if (whole > rest.byteSize()) {
      rest = piece(AHEAD);
    }
    MemorySegment piece = rest.asSlice(0, whole);
    rest = rest.asSlice(whole);
    return piece;
  }
}
