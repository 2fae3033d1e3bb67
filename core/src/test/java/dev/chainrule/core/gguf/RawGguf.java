package dev.chainrule.core.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts a GGUF file together field by field, right or wrong. */
final class RawGguf {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Magic number, version and counts. */
  static RawGguf of(int version, long tensors, long values) {
    return new RawGguf().text("GGUF").int32(version).int64(tensors).int64(values);
  }

  /** The letters alone. */
  RawGguf text(String letters) {
    bytes.writeBytes(letters.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  RawGguf int8(int value) {
    bytes.write(value);
    return this;
  }

  RawGguf int32(long value) {
    bytes.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
    return this;
  }

  RawGguf int64(long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  /** Length and letters. */
  RawGguf string(String letters) {
    return int64(letters.getBytes(StandardCharsets.UTF_8).length).text(letters);
  }

  /** A key with a number of 32 bits. */
  RawGguf value(String key, GgufType type, long value) {
    return string(key).int32(type.ordinal()).int32(value);
  }

  /** Name, dimensions as they lie in the file, type and offset. */
  RawGguf tensor(String name, int type, long offset, long... dimensions) {
    string(name).int32(dimensions.length);
    for (long dimension : dimensions) {
      int64(dimension);
    }
    return int32(type).int64(offset);
  }

  /** Zeros up to a multiple of 32, and so many more. */
  RawGguf data(int count) {
    bytes.writeBytes(new byte[Math.floorMod(-bytes.size(), 32) + count]);
    return this;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
