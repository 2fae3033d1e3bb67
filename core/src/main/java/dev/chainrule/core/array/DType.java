package dev.chainrule.core.array;

import org.nd4j.linalg.api.buffer.DataType;

/** The element types the engines compute with. */
public enum DType {
  /** IEEE single precision: parameters, activations, gradients. */
  FLOAT32(4, DataType.FLOAT),
  /** IEEE double precision: gradient checks on the reference kernels. */
  FLOAT64(8, DataType.DOUBLE),
  /** 32-bit integers: token ids, classes. */
  INT32(4, DataType.INT32);

  private final int bytes;
  private final DataType nd4j;

  DType(int bytes, DataType nd4j) {
    this.bytes = bytes;
    this.nd4j = nd4j;
  }

  /** Size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /**
   * The type of that name in ND4J.
   *
   * @throws IllegalArgumentException if the engines do not compute with it
   */
  public static DType of(DataType nd4j) {
    for (DType dtype : values()) {
      if (dtype.nd4j == nd4j) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(
        "an ND4J array of type %s, expected FLOAT, DOUBLE or INT32".formatted(nd4j));
  }

  /** ND4J's name of this type. */
  public DataType nd4j() {
    return nd4j;
  }
}
