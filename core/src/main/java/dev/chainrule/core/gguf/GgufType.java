package dev.chainrule.core.gguf;

import org.jspecify.annotations.Nullable;

/** Types of metadata, by their numbers in the file. */
enum GgufType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  /** Length as an unsigned 64-bit number, then so many bytes of UTF-8. */
  STRING(0),
  /** Type of the elements, how many there are as an unsigned 64-bit number, and the elements. */
  ARRAY(0),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int bytes;

  GgufType(int bytes) {
    this.bytes = bytes;
  }

  static @Nullable GgufType of(long number) {
    return number >= 0 && number < values().length ? values()[(int) number] : null;
  }

  /** The number in the file. */
  @SuppressWarnings("EnumOrdinal") // they are declared by their numbers
  int number() {
    return ordinal();
  }

  /** Bytes of a value, or 0 where they differ from value to value. */
  int bytes() {
    return bytes;
  }

  boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> false;
    };
  }

  boolean isReal() {
    return this == FLOAT32 || this == FLOAT64;
  }
}
