package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;

/**
 * A {@link RowCache} in an engine's memory, by its operations: the last rows of a map, of several
 * streams. Zeros before the map.
 */
public final class RowWindow {
  private final Kernels kernels;
  private final Tensor rows;
  private final Rows older;
  private final Rows newer;

  /** Room for some rows of {@code width} places. */
  public RowWindow(Engine engine, int streams, int count, int width, int units) {
    kernels = engine.kernels(0);
    rows = engine.zeros(DType.FLOAT32, streams, count, width, units);
    long stride = (long) count * width * units;
    older = new Rows(rows, 0, stride);
    newer = new Rows(rows, 0, stride);
  }

  /** The rows, oldest first [S, count, W, C]. */
  public Tensor rows() {
    return rows;
  }

  /** Forgets all rows. */
  public void clear() {
    kernels.arrays().fill(rows, 0);
  }

  /**
   * Takes a new row in and drops the oldest.
   *
   * @param newest a row of W C elements of each stream
   */
  public void push(Rows newest) {
    int streams = rows.dim(0);
    int count = rows.dim(1);
    int row = rows.dim(2) * rows.dim(3);
    for (int i = 0; i + 1 < count; i++) {
      older.moveTo((long) i * row);
      newer.moveTo((i + 1L) * row);
      kernels.steps().copyRows(older, newer, streams, row);
    }
    kernels.steps().copyRows(older.moveTo((count - 1L) * row), newest, streams, row);
  }
}
