package dev.chainrule.core.array;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Off-heap memory for tensors: aligned, zeroed at first, freed when no longer reachable. */
public final class Memory {
  /** A cache line, and the widest vector: no load of an aligned row crosses a line. */
  public static final int ALIGNMENT = 64;

  /**
   * The whole address space as one segment: kernels read and write {@code (address + offset)}
   * through it, because its bounds are constants that the compiler folds. Only kernels whose
   * callers have checked the sizes may use it.
   */
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private Memory() {}

  /** A zeroed segment of this many bytes on a 64-byte boundary. */
  public static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(Math.max(bytes, ALIGNMENT), ALIGNMENT);
  }

  /** The float at an address. */
  public static float getFloat(long address) {
    return ALL.get(FLOAT, address);
  }

  /** Writes the float at an address. */
  public static void putFloat(long address, float value) {
    ALL.set(FLOAT, address, value);
  }

  /** Copies bytes from an address to another; the two ranges do not meet. */
  public static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  /** The int at an address. */
  public static int getInt(long address) {
    return ALL.get(INT, address);
  }
}
