package dev.chainrule.core.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor in a mapped GGUF file, in row-major order: the last dimension of the shape is that of
 * which the elements lie beside each other (GGUF itself counts it first). It is usable as long as
 * its file is open.
 */
public final class GgufTensor {
  /** Elements that are widened at a time: whole blocks, and room in the caches. */
  private static final int CHUNK = 1 << 14;

  private final String origin;
  private final String name;
  private final BlockFormat format;
  private final long[] shape;
  private final MemorySegment data;

  GgufTensor(String origin, String name, BlockFormat format, long[] shape, MemorySegment data) {
    this.origin = origin;
    this.name = name;
    this.format = format;
    this.shape = shape;
    this.data = data;
  }

  /** Name in the file. */
  public String name() {
    return name;
  }

  /** How its elements are stored. */
  public BlockFormat format() {
    return format;
  }

  /** A copy of the shape; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Whether the shape is this one. */
  public boolean hasShape(long... other) {
    return Arrays.equals(shape, other);
  }

  /** Number of elements. */
  public long size() {
    return data.byteSize() / format.bytes() * format.elements();
  }

  /** The blocks as they lie in the file. */
  public MemorySegment data() {
    return data;
  }

  /**
   * The blocks as a matrix, whose columns are the last dimension; a vector is one row.
   *
   * @throws InputException if it has 2^31 rows or columns, or more
   */
  public BlockMatrix matrix() {
    long columns = shape.length == 0 ? 1 : shape[shape.length - 1];
    long rows = size() / columns;
    if (rows > Integer.MAX_VALUE || columns > Integer.MAX_VALUE) {
      throw broken("has shape " + Arrays.toString(shape), "less than 2^31 rows and columns");
    }
    return new BlockMatrix(format, (int) rows, (int) columns, data);
  }

  /**
   * Widens elements in row-major order.
   *
   * @param from the first, a multiple of the elements of a block
   * @param to gets the numbers from {@code to[0]} on
   * @param n how many, a multiple of the elements of a block
   */
  public void read(long from, float[] to, int n) {
    format.dequantize(data, format.bytes(from), to, 0, n);
  }

  /** All elements as floats, in row-major order. */
  public float[] toFloats() {
    if (size() > Integer.MAX_VALUE - 8) {
      throw broken("has %d elements".formatted(size()), "as many as a Java array holds");
    }
    float[] values = new float[(int) size()];
    read(0, values, values.length);
    return values;
  }

  /**
   * Widens all elements into an array of real numbers, wherever it lies.
   *
   * @throws InputException if the shapes differ
   */
  public void copyTo(Tensor target) {
    long[] wanted = Arrays.stream(target.shape()).asLongStream().toArray();
    if (!Arrays.equals(wanted, shape)) {
      throw broken("has shape " + Arrays.toString(shape), Arrays.toString(wanted));
    }
    if (target.dtype() == DType.INT32) {
      throw new IllegalArgumentException(
          "%s for tensor \"%s\", expected real numbers".formatted(target, name));
    }
    if (!target.onHost()) {
      Tensor host = Tensor.zeros(target.dtype(), target.shape());
      copyTo(host);
      target.copyFrom(host);
      return;
    }
    float[] chunk = new float[(int) Math.min(CHUNK, size())];
    for (long from = 0; from < size(); from += CHUNK) {
      int n = (int) Math.min(CHUNK, size() - from);
      read(from, chunk, n);
      target.write(from, chunk, 0, n);
    }
  }

  /** Name, format and shape. */
  @Override
  public String toString() {
    return name + " " + format + Arrays.toString(shape);
  }

  private InputException broken(String found, String expected) {
    return new InputException(
        "%s: tensor \"%s\" %s, expected %s".formatted(origin, Excerpt.of(name), found, expected));
  }
}
