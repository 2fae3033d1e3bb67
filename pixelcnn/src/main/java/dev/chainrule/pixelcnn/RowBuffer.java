package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A map's present row, of several streams, after as many places of zeros as are read to the left of
 * the row: what a decoder's step reads for a pixel then lies in one piece.
 *
 * @param places [S, padding + W, C]
 * @param padding places of zeros
 */
public record RowBuffer(Tensor places, int padding) {
  /** An empty row of {@code width} places. */
  public RowBuffer(int streams, int padding, int width, int units) {
    this(Tensor.zeros(DType.FLOAT32, streams, padding + width, units), padding);
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
    long bytes = 4L * units();
    for (int s = 0; s < x.dim(0); s++) {
      long to = 4 * ((long) s * stride() + at(column));
      MemorySegment.copy(x.segment(), s * bytes, places.segment(), to, bytes);
    }
  }

  /** Where a place of stream 0 is in memory. */
  public long address(int column) {
    return places.address() + 4 * at(column);
  }
}
