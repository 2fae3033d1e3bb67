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
  /** Numbers that are looked at in one go. */
  private static final int CHUNK = 1 << 14;

  /**
   * The upper halves of float32 and bfloat16 without their signs are infinity, or none, from here.
   */
  private static final int INFINITY = 0x7F80;

  private static final int INFINITY_F16 = 0x7C00;

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

  /**
   * Whether all numbers of a format without codes are finite.
   *
   * @throws IllegalArgumentException if the format has codes
   */
  public boolean isFinite() {
    if (format.elements() > 1) {
      throw new IllegalArgumentException(format + " has codes, expected a format of numbers");
    }
    // Of its lowest 16 bits a float32 needs none for this.
    int numbers = Math.toIntExact(Math.min(CHUNK, data.byteSize() / format.bytes()));
    int halves = format.bytes() / Short.BYTES;
    int infinity = format == BlockFormat.F16 ? INFINITY_F16 : INFINITY;
    short[] chunk = new short[numbers * halves];
    long bytes = (long) Short.BYTES * chunk.length;
    for (long from = 0; from < data.byteSize(); from += bytes) {
      int n = (int) (Math.min(bytes, data.byteSize() - from) / Short.BYTES);
      MemorySegment.copy(data, Stored.SHORT, from, chunk, 0, n);
      int largest = 0;
      for (int i = halves - 1; i < n; i += halves) {
        largest = Math.max(largest, chunk[i] & Short.MAX_VALUE);
      }
      if (largest >= infinity) {
        return false;
      }
    }
    return true;
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
