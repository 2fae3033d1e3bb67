package dev.chainrule.core.array;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense row-major array in off-heap memory. The shape is fixed; views share the memory. Reading
 * and writing single elements is checked and meant for tests and small data: kernels work on {@link
 * #address}.
 *
 * <p>A tensor lies in the memory of an engine. Where that is a device's, everything that reads or
 * writes elements here fails; {@link #host} and {@link #copyFrom} transfer.
 */
public final class Tensor {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final TensorMemory memory;
  private final DType dtype;
  private final int[] shape;
  private final long size;
  private final MemorySegment segment;
  private @Nullable INDArray ndarray;

  private Tensor(TensorMemory memory, DType dtype, int[] shape, MemorySegment segment) {
    this.memory = memory;
    this.dtype = dtype;
    this.shape = shape;
    this.size = sizeOf(shape);
    this.segment = segment;
    if (segment.byteSize() != size * dtype.bytes()) {
      throw new IllegalArgumentException(
          "%d bytes for a %s array of shape %s, which has %d bytes"
              .formatted(segment.byteSize(), dtype, Arrays.toString(shape), size * dtype.bytes()));
    }
  }

  /** A new zeroed array in the processor's memory. */
  public static Tensor zeros(DType dtype, int... shape) {
    return zeros(TensorMemory.HOST, dtype, shape);
  }

  /** A new zeroed array in an engine's memory. */
  public static Tensor zeros(TensorMemory memory, DType dtype, int... shape) {
    return over(memory, memory.allocate(sizeOf(shape) * dtype.bytes()), dtype, shape);
  }

  /** An array over the first bytes of the processor's memory, which must be large enough. */
  public static Tensor over(MemorySegment segment, DType dtype, int... shape) {
    return over(TensorMemory.HOST, segment, dtype, shape);
  }

  /** An array over the first bytes of an engine's memory, which must be large enough. */
  public static Tensor over(TensorMemory memory, MemorySegment segment, DType dtype, int... shape) {
    long bytes = sizeOf(shape) * dtype.bytes();
    return new Tensor(memory, dtype, shape.clone(), segment.asSlice(0, bytes));
  }

  /** A new float32 array with these values in row-major order. */
  public static Tensor of(float[] values, int... shape) {
    Tensor tensor = zeros(DType.FLOAT32, shape);
    tensor.requireSize(values.length);
    MemorySegment.copy(values, 0, tensor.segment, FLOAT, 0, values.length);
    return tensor;
  }

  /** A new int32 array with these values in row-major order. */
  public static Tensor of(int[] values, int... shape) {
    Tensor tensor = zeros(DType.INT32, shape);
    tensor.requireSize(values.length);
    MemorySegment.copy(values, 0, tensor.segment, INT, 0, values.length);
    return tensor;
  }

  /**
   * A view of an ND4J array that is contiguous in row-major order; both see each other's writes.
   *
   * @throws IllegalArgumentException if it is not contiguous or of another element type
   */
  public static Tensor of(INDArray array) {
    return Nd4jMemory.tensor(array);
  }

  /** Number of elements of this shape; a scalar has one. */
  public static long sizeOf(int... shape) {
    long size = 1;
    for (int dim : shape) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
      }
      size = Math.multiplyExact(size, dim);
    }
    return size;
  }

  public DType dtype() {
    return dtype;
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Size of dimension {@code i}; negative counts from the last, which is -1. */
  public int dim(int i) {
    return shape[i < 0 ? shape.length + i : i];
  }

  /** A copy of the shape. */
  public int[] shape() {
    return shape.clone();
  }

  public boolean hasShape(int... other) {
    return Arrays.equals(shape, other);
  }

  /** Number of elements. */
  public long size() {
    return size;
  }

  /** Number of rows when the array is read as a matrix whose columns are the last dimension. */
  public int rows() {
    return shape.length == 0 ? 1 : Math.toIntExact(size / Math.max(1, dim(-1)));
  }

  /** The memory that it lies in. */
  public TensorMemory memory() {
    return memory;
  }

  /** Whether it lies in the processor's memory. */
  public boolean onHost() {
    return memory == TensorMemory.HOST;
  }

  /** This array if it lies in the processor's memory, else a copy there. */
  public Tensor host() {
    if (onHost()) {
      return this;
    }
    Tensor copy = zeros(dtype, shape);
    copy.copyFrom(this);
    return copy;
  }

  /**
   * The processor's memory under it.
   *
   * @throws IllegalStateException if it lies in a device's
   */
  public MemorySegment segment() {
    if (memory != TensorMemory.HOST) {
      throw new IllegalStateException(
          "%s lies in %s, where the host cannot reach".formatted(this, memory.name()));
    }
    return segment;
  }

  /** Where the memory begins; on an engine with memory of its own, an address there. */
  public long address() {
    return segment.address();
  }

  /** The same elements under another shape of the same size. */
  public Tensor reshape(int... newShape) {
    return new Tensor(memory, dtype, newShape.clone(), segment);
  }

  /** Elements {@code from} (inclusive) to {@code to} (exclusive) of the first dimension. */
  public Tensor slice(int from, int to) {
    if (from < 0 || to < from || to > dim(0)) {
      throw new IndexOutOfBoundsException(
          "slice %d to %d of shape %s".formatted(from, to, Arrays.toString(shape)));
    }
    int[] sliced = shape.clone();
    sliced[0] = to - from;
    long stride = dim(0) == 0 ? 0 : size / dim(0) * dtype.bytes();
    return new Tensor(memory, dtype, sliced, segment.asSlice(from * stride, (to - from) * stride));
  }

  /** {@code size} consecutive elements from element {@code from} on, under a shape of that size. */
  public Tensor range(long from, int... newShape) {
    long bytes = sizeOf(newShape) * dtype.bytes();
    return new Tensor(
        memory, dtype, newShape.clone(), segment.asSlice(from * dtype.bytes(), bytes));
  }

  /**
   * {@code length} consecutive elements from element {@code from} on: a vector, or rows of 16 where
   * there are more than one dimension can count.
   */
  public Tensor part(long from, long length) {
    if (length <= Integer.MAX_VALUE) {
      return range(from, (int) length);
    }
    if (length % 16 != 0) {
      throw new IllegalArgumentException(
          "a part of %,d elements, expected a multiple of 16".formatted(length));
    }
    return range(from, Math.toIntExact(length / 16), 16);
  }

  /** Element {@code i} in row-major order, as a double. */
  public double get(long i) {
    return switch (dtype) {
      case FLOAT32 -> segment().getAtIndex(FLOAT, i);
      case FLOAT64 -> segment().getAtIndex(DOUBLE, i);
      case INT32 -> segment().getAtIndex(INT, i);
    };
  }

  /** Element {@code i} in row-major order of an int32 array. */
  public int getInt(long i) {
    return segment().getAtIndex(INT, i);
  }

  /** Writes element {@code i} in row-major order, rounded to the element type. */
  public void set(long i, double value) {
    switch (dtype) {
      case FLOAT32 -> segment().setAtIndex(FLOAT, i, (float) value);
      case FLOAT64 -> segment().setAtIndex(DOUBLE, i, value);
      case INT32 -> segment().setAtIndex(INT, i, (int) value);
    }
  }

  /** Copies {@code count} elements from element {@code from} on, as floats, to {@code out[at]}. */
  public void read(long from, float[] out, int at, int count) {
    if (dtype == DType.FLOAT32) {
      MemorySegment.copy(segment(), FLOAT, 4 * from, out, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      out[at + i] = (float) get(from + i);
    }
  }

  /** Writes {@code count} elements from element {@code from} on, those from {@code in[at]} on. */
  public void write(long from, float[] in, int at, int count) {
    if (dtype == DType.FLOAT32) {
      MemorySegment.copy(in, at, segment(), FLOAT, 4 * from, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      set(from + i, in[at + i]);
    }
  }

  /** Sets every element. */
  public void fill(double value) {
    if (value == 0) {
      segment().fill((byte) 0);
      return;
    }
    for (long i = 0; i < size; i++) {
      set(i, value);
    }
  }

  /**
   * Copies all elements of an array of the same size and type, between the processor's memory and a
   * device's too. Within a device, kernels copy.
   */
  public void copyFrom(Tensor source) {
    if (source.dtype != dtype || source.size != size) {
      throw new IllegalArgumentException("cannot copy %s into %s".formatted(source, this));
    }
    if (onHost()) {
      source.memory.download(this, source);
    } else {
      memory.upload(this, source);
    }
  }

  /**
   * Copies {@code count} elements of an array of the same type, from its element {@code from} on,
   * to element {@code at} and on; both in the processor's memory.
   */
  public void copyFrom(long at, Tensor source, long from, long count) {
    if (source.dtype != dtype) {
      throw new IllegalArgumentException("cannot copy %s into %s".formatted(source, this));
    }
    long bytes = dtype.bytes();
    MemorySegment.copy(source.segment(), from * bytes, segment(), at * bytes, count * bytes);
  }

  /** A copy of all elements as floats, in row-major order, wherever they lie. */
  public float[] toFloats() {
    Tensor read = host();
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) read.get(i);
    }
    return values;
  }

  /** A copy of all elements as doubles, in row-major order, wherever they lie. */
  public double[] toDoubles() {
    Tensor read = host();
    double[] values = new double[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = read.get(i);
    }
    return values;
  }

  /** A copy of all elements of an int32 array, in row-major order, wherever they lie. */
  public int[] toInts() {
    return host().segment().toArray(INT);
  }

  /** This memory as an ND4J array; both see each other's writes. */
  public INDArray ndarray() {
    INDArray view = ndarray;
    if (view == null) {
      view = memory instanceof ArrayMemory arrays ? arrays.view(this) : Nd4jMemory.ndarray(this);
      ndarray = view;
    }
    return view;
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }

  private void requireSize(int length) {
    if (length != size) {
      throw new IllegalArgumentException(
          "%d values for shape %s".formatted(length, Arrays.toString(shape)));
    }
  }
}
