package dev.chainrule.text.tokenizer.sentencepiece;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the fields of a message of protocol buffers. */
final class ProtobufWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ProtobufWriter number(int field, long value) {
    varint((long) field << 3 | ProtobufReader.VARINT);
    varint(value);
    return this;
  }

  ProtobufWriter flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  ProtobufWriter real(int field, float value) {
    varint((long) field << 3 | ProtobufReader.FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int i = 0; i < Integer.BYTES; i++) {
      out.write(bits >>> (8 * i));
    }
    return this;
  }

  ProtobufWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufWriter bytes(int field, byte[] value) {
    varint((long) field << 3 | ProtobufReader.BYTES);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
