package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;

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
   * @param newest of stream s: W C elements from element {@code from + s * stride} on
   */
  public void push(Tensor newest, long from, long stride) {
    long row = (long) rows.dim(2) * rows.dim(3);
    long stream = rows.dim(1) * row;
    for (int s = 0; s < rows.dim(0); s++) {
      long at = s * stream;
      rows.copyFrom(at, rows, at + row, stream - row);
      rows.copyFrom(at + stream - row, newest, from + s * stride, row);
    }
  }
}
