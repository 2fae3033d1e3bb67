package dev.chainrule.core.quant;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/**
 * A matrix [rows, columns] whose rows lie one after the other in a format: mapped from a file, as
 * it lies there, or made here.
 *
 * @param data the blocks of all rows and nothing else, on any boundary
 */
public record BlockMatrix(BlockFormat format, int rows, int columns, MemorySegment data) {
  /** Refuses columns that are no whole number of blocks, and data of another size. */
  public BlockMatrix {
    long bytes = Math.multiplyExact(rows, format.bytes(columns));
    if (rows < 0 || data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "%d bytes for [%d, %d] of %s, expected %d"
              .formatted(data.byteSize(), rows, columns, format, bytes));
    }
  }

  /**
   * Rounds a matrix.
   *
   * @param matrix [rows, columns], float32 in the processor's memory, finite and at most 65,504 in
   *     size
   */
  public static BlockMatrix of(Tensor matrix, BlockFormat format) {
    if (matrix.rank() != 2 || matrix.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException(matrix + " rounded, expected a float32 matrix");
    }
    int columns = matrix.dim(1);
    long rowBytes = format.bytes(columns);
    MemorySegment data = Memory.allocate(matrix.dim(0) * rowBytes);
    float[] row = new float[columns];
    for (int r = 0; r < matrix.dim(0); r++) {
      matrix.read((long) r * columns, row, 0, columns);
      format.quantize(row, 0, data, r * rowBytes, columns);
    }
    return new BlockMatrix(
        format, matrix.dim(0), columns, data.asSlice(0, matrix.dim(0) * rowBytes));
  }

  /** Bytes of a row. */
  public long rowBytes() {
    return format.bytes(columns);
  }

  /** Widens row {@code r} into {@code to[at]} and on. */
  public void row(int r, float[] to, int at) {
    format.dequantize(data, Objects.checkIndex(r, rows) * rowBytes(), to, at, columns);
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive), in the same memory. */
  public BlockMatrix rows(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    MemorySegment part = data.asSlice(from * rowBytes(), (to - from) * rowBytes());
    return new BlockMatrix(format, to - from, columns, part);
  }

  /** A copy with its rows in another order: its row r is row {@code from(r)} of this. */
  public BlockMatrix permuted(IntUnaryOperator from) {
    long bytes = rowBytes();
    MemorySegment copy = Memory.allocate(rows * bytes).asSlice(0, rows * bytes);
    for (int r = 0; r < rows; r++) {
      int source = Objects.checkIndex(from.applyAsInt(r), rows);
      MemorySegment.copy(data, source * bytes, copy, r * bytes, bytes);
    }
    return new BlockMatrix(format, rows, columns, copy);
  }
}
