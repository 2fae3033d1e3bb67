package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Room for some vectors of each thread. Loads and stores under a mask cost several times what whole
 * ones cost where a processor has no registers for masks. What is left of an array behind its last
 * whole vector is copied here, where there is room for one, and the last turn of the same loop
 * computes it: a formula with an exponential that stood in two loops, or was called at two places,
 * would be inlined twice, which is more than the compiler does.
 */
final class Pad {
  /** As many as the longest formula has arrays, and one for a sum. */
  private static final int VECTORS = 5;

  private static final ThreadLocal<MemorySegment> ROOM =
      ThreadLocal.withInitial(() -> Memory.allocate((long) VECTORS * BYTES));

  private Pad() {}

  /**
   * Room that begins with n floats, fewer than a vector's, filled up; 0 if there are none, so that
   * whole vectors cost no look for it.
   */
  static long of(long x, int n, float with) {
    if (n == 0) {
      return 0;
    }
    long room = address();
    fill(room, x, n, with);
    return room;
  }

  /** Where the calling thread's room begins. */
  static long address() {
    return ROOM.get().address();
  }

  /** Room for the vector of a sum, which no other use of the room overwrites. */
  static long ofSum() {
    return address() + (VECTORS - 1L) * BYTES;
  }

  /** Copies n floats, fewer than a vector's, and fills the vector up. */
  static void fill(long vector, long x, int n, float with) {
    Linear.copy(vector, x, n);
    for (long at = vector + 4L * n; at < vector + BYTES; at += 4) {
      Memory.putFloat(at, with);
    }
  }
}
