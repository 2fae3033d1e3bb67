package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.kernel.Rows;

/**
 * A map's present row, of several streams, after as many places of zeros as are read to the left of
 * the row: what a decoder's step reads for a pixel then lies in one piece.
 */
public final class RowBuffer {
  private final Tensor places;
  private final int padding;
  private final Rows rows;

  /**
   * An empty row of {@code width} places.
   *
   * @param padding places of zeros
   */
  public RowBuffer(int streams, int padding, int width, int units) {
    this(TensorMemory.HOST, streams, padding, width, units);
  }

  /** The same in a memory, where what reads and writes it is an engine's operations. */
  public RowBuffer(TensorMemory memory, int streams, int padding, int width, int units) {
    this.places = Tensor.zeros(memory, DType.FLOAT32, streams, padding + width, units);
    this.padding = padding;
    this.rows = new Rows(places, 0, stride());
  }

  /** The row after its padding [S, padding + W, C]. */
  public Tensor places() {
    return places;
  }

  /** Units of a place C. */
  public int units() {
    return places.dim(2);
  }

  /** Elements from one stream to the next. */
  public int stride() {
    return places.dim(1) * places.dim(2);
  }

  /** Number of the first element of a place of stream 0. */
  public long at(int column) {
    return (long) (padding + column) * units();
  }

  /** Writes a place of every stream from x [S, C]. */
  public void put(int column, Tensor x) {
    long units = units();
    for (int s = 0; s < x.dim(0); s++) {
      places.copyFrom((long) s * stride() + at(column), x, s * units, units);
    }
  }

  /** A row for each stream, which begins at a place; until the next call. */
  public Rows rows(int column) {
    return rows.moveTo(at(column));
  }

  /** Where a place of stream 0 is in memory. */
  public long address(int column) {
    return places.address() + 4 * at(column);
  }
}
