package dev.chainrule.core.safetensors;

/**
 * Element types of stored tensors, in the order by which the reference implementation sorts
 * tensors: the largest alignment is written first.
 */
public enum StorageType {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Unsigned byte. */
  U8(1),
  /** Signed byte. */
  I8(1),
  /** Signed 16-bit integer. */
  I16(2),
  /** IEEE half precision. */
  F16(2),
  /** The upper half of an IEEE single. */
  BF16(2),
  /** Signed 32-bit integer. */
  I32(4),
  /** IEEE single precision. */
  F32(4),
  /** IEEE double precision. */
  F64(8),
  /** Signed 64-bit integer. */
  I64(8);

  private final int bytes;

  StorageType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isFloat() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }
}
