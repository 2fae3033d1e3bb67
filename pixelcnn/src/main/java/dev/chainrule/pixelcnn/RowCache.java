package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.lang.foreign.MemorySegment;

/** The last rows of a map, of several streams: what a decoder keeps of it. Zeros before the map. */
public final class RowCache {
  private final Tensor rows;

  /** Room for some rows of {@code width} places. */
  public RowCache(int streams, int count, int width, int units) {
    rows = Tensor.zeros(DType.FLOAT32, streams, count, width, units);
  }

  /** The rows, oldest first [S, count, W, C]. */
  public Tensor rows() {
    return rows;
  }

  /** Forgets all rows. */
  public void clear() {
    rows.fill(0);
  }

  /**
   * Takes a new row in and drops the oldest.
   *
   * @param row of stream s: W C elements from element {@code from + s * stride} on
   */
  public void push(Tensor row, long from, long stride) {
    MemorySegment memory = rows.segment();
    long bytes = 4L * rows.dim(2) * rows.dim(3);
    long stream = rows.dim(1) * bytes;
    for (int s = 0; s < rows.dim(0); s++) {
      long at = s * stream;
      MemorySegment.copy(memory, at + bytes, memory, at, stream - bytes);
      MemorySegment.copy(
          row.segment(), 4 * (from + s * stride), memory, at + stream - bytes, bytes);
    }
  }
}
