package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.Rows;
import java.lang.foreign.MemorySegment;

/** Rows of inputs rounded to bfloat16. */
final class HalvedRows {
  private MemorySegment halves = Memory.allocate(0);

  /** Whether those are the rows rounded last, until others come. */
  private boolean known;

  void forget() {
    known = false;
  }

  /**
   * Rounds, unless it was these rows before.
   *
   * @param inputs a multiple of 32
   * @return address of [rows, inputs] shorts
   */
  long of(Rows x, int rows, int inputs) {
    if (!known) {
      long bytes = 2L * rows * inputs;
      if (halves.byteSize() < bytes) {
        halves = Memory.allocate(bytes);
      }
      for (int n = 0; n < rows; n++) {
        long to = halves.address() + 2L * n * inputs;
        BFloats.round(x.address() + 4L * n * x.stride(), to, inputs);
      }
      known = true;
    }
    return halves.address();
  }
}
