package dev.chainrule.core.safetensors;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Bfloat16;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor in a mapped file, or one to be written: its elements are little-endian, in row-major
 * order, and need not lie on a boundary of their size. It is usable as long as its file is open.
 */
public final class StoredTensor {
  private static final ValueLayout.OfShort SHORT = layout(ValueLayout.JAVA_SHORT_UNALIGNED);
  private static final ValueLayout.OfInt INT = layout(ValueLayout.JAVA_INT_UNALIGNED);
  private static final ValueLayout.OfLong LONG = layout(ValueLayout.JAVA_LONG_UNALIGNED);
  private static final ValueLayout.OfFloat FLOAT = layout(ValueLayout.JAVA_FLOAT_UNALIGNED);
  private static final ValueLayout.OfDouble DOUBLE = layout(ValueLayout.JAVA_DOUBLE_UNALIGNED);

  /** Elements that are widened at a time, with room in the caches. */
  private static final int CHUNK = 1 << 14;

  private final String origin;
  private final String name;
  private final StorageType type;
  private final long[] shape;
  private final MemorySegment data;

  StoredTensor(String origin, String name, StorageType type, long[] shape, MemorySegment data) {
    this.origin = origin;
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /** Name in the file. */
  public String name() {
    return name;
  }

  /** Element type in the file. */
  public StorageType type() {
    return type;
  }

  /** A copy of the shape; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long size() {
    return data.byteSize() / type.bytes();
  }

  /** The bytes of the elements. */
  public MemorySegment data() {
    return data;
  }

  /** Whether the shape is this one. */
  public boolean hasShape(long... other) {
    return Arrays.equals(shape, other);
  }

  /** Element {@code i} in row-major order as a double; integers beyond 2^53 are rounded. */
  public double get(long i) {
    return switch (type) {
      case F16 -> Float.float16ToFloat(data.getAtIndex(SHORT, i));
      case BF16 -> Bfloat16.value(data.getAtIndex(SHORT, i));
      case F32 -> data.getAtIndex(FLOAT, i);
      case F64 -> data.getAtIndex(DOUBLE, i);
      default -> getLong(i);
    };
  }

  /**
   * Element {@code i} in row-major order of an integer tensor.
   *
   * @throws IllegalStateException if the elements are floating-point numbers
   */
  public long getLong(long i) {
    return switch (type) {
      case BOOL, I8 -> data.get(ValueLayout.JAVA_BYTE, i);
      case U8 -> data.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
      case I16 -> data.getAtIndex(SHORT, i);
      case I32 -> data.getAtIndex(INT, i);
      case I64 -> data.getAtIndex(LONG, i);
      case F16, BF16, F32, F64 ->
          throw new IllegalStateException(
              "%s: tensor \"%s\" is of type %s, expected integers".formatted(origin, name, type));
    };
  }

  /** All elements as floats, in row-major order. */
  public float[] toFloats() {
    float[] values = new float[arrayLength()];
    read(0, values, values.length);
    return values;
  }

  /**
   * Elements in row-major order as floats.
   *
   * @param from the first
   * @param to [n or more], gets them from {@code to[0]} on
   * @param n how many
   */
  public void read(long from, float[] to, int n) {
    switch (type) {
      case F32 -> BlockFormat.F32.dequantize(data, 4 * from, to, 0, n);
      case F16 -> BlockFormat.F16.dequantize(data, 2 * from, to, 0, n);
      case BF16 -> BlockFormat.BF16.dequantize(data, 2 * from, to, 0, n);
      case F64, BOOL, U8, I8, I16, I32, I64 -> {
        for (int i = 0; i < n; i++) {
          to[i] = (float) get(from + i);
        }
      }
    }
  }

  /** All elements of an integer tensor, in row-major order. */
  public long[] toLongs() {
    long[] values = new long[arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = getLong(i);
    }
    return values;
  }

  /**
   * Converts all elements to the type of the target and writes them there.
   *
   * @throws InputException if the shapes differ, or if one holds integers and the other
   *     floating-point numbers, or integers do not fit
   */
  public void copyTo(Tensor target) {
    long[] wanted = Arrays.stream(target.shape()).asLongStream().toArray();
    if (!Arrays.equals(wanted, shape)) {
      throw new InputException(
          "%s: tensor \"%s\" has shape %s, expected %s"
              .formatted(origin, name, Arrays.toString(shape), Arrays.toString(wanted)));
    }
    DType dtype = target.dtype();
    if ((dtype == DType.INT32) == type.isFloat()) {
      throw new InputException(
          "%s: tensor \"%s\" is of type %s, expected %s"
              .formatted(origin, name, type, dtype == DType.INT32 ? "integers" : "numbers"));
    }
    if (!target.onHost()) {
      Tensor host = Tensor.zeros(dtype, target.shape());
      copyTo(host);
      target.copyFrom(host);
      return;
    }
    if (isStoredAs(dtype)) {
      MemorySegment.copy(data, 0, target.segment(), 0, data.byteSize());
      return;
    }
    if (type == StorageType.F16 || type == StorageType.BF16) {
      float[] chunk = new float[(int) Math.min(CHUNK, size())];
      for (long from = 0; from < size(); from += CHUNK) {
        int n = (int) Math.min(CHUNK, size() - from);
        read(from, chunk, n);
        target.write(from, chunk, 0, n);
      }
      return;
    }
    for (long i = 0; i < size(); i++) {
      if (type == StorageType.I64 && getLong(i) != (int) getLong(i)) {
        throw new InputException(
            "%s: tensor \"%s\" holds %d at %d, expected 32-bit integers"
                .formatted(origin, name, getLong(i), i));
      }
      target.set(i, get(i));
    }
  }

  /** Name, type and shape. */
  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(shape);
  }

  private boolean isStoredAs(DType dtype) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        && type
            == switch (dtype) {
              case FLOAT32 -> StorageType.F32;
              case FLOAT64 -> StorageType.F64;
              case INT32 -> StorageType.I32;
            };
  }

  private int arrayLength() {
    if (size() > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%s: tensor \"%s\" has %d elements, more than a Java array holds"
              .formatted(origin, name, size()));
    }
    return (int) size();
  }

  @SuppressWarnings("unchecked")
  private static <L extends ValueLayout> L layout(L layout) {
    return (L) layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }
}
