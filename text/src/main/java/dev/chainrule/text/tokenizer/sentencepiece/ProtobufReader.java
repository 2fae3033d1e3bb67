package dev.chainrule.text.tokenizer.sentencepiece;

import dev.chainrule.base.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the fields of a message of protocol buffers, one after the other, within its bytes. */
final class ProtobufReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private final byte[] in;
  private final String origin;
  private final int end;
  private int at;
  private int field;
  private int type;

  ProtobufReader(byte[] in, String origin) {
    this(in, origin, 0, in.length);
  }

  private ProtobufReader(byte[] in, String origin, int from, int to) {
    this.in = in;
    this.origin = origin;
    this.at = from;
    this.end = to;
  }

  /** Goes to the next field; false at the end. Its value is read or skipped before the next. */
  boolean next() {
    if (at == end) {
      return false;
    }
    long key = varint();
    field = (int) (key >>> 3);
    type = (int) (key & 7);
    if (field == 0 || key >>> 32 != 0) {
      throw broken("a field numbered " + (key >>> 3));
    }
    return true;
  }

  int field() {
    return field;
  }

  /** A whole number. */
  long number() {
    requireType(VARINT, "a whole number");
    return varint();
  }

  float real() {
    requireType(FIXED32, "a number of 32 bits");
    return Float.intBitsToFloat((int) fixed(Integer.BYTES));
  }

  byte[] bytes() {
    int length = length();
    at += length;
    return Arrays.copyOfRange(in, at - length, at);
  }

  /** Text, which must be UTF-8. */
  String text() {
    byte[] bytes = bytes();
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw broken("text that is no UTF-8");
    }
    return text;
  }

  ProtobufReader message() {
    int length = length();
    at += length;
    return new ProtobufReader(in, origin, at - length, at);
  }

  void skip() {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> fixed(Long.BYTES);
      case BYTES -> {
        int length = length(); // which moves on
        at += length;
      }
      case FIXED32 -> fixed(Integer.BYTES);
      default -> throw broken("a field of type " + type);
    }
  }

  InputException broken(String found) {
    return new InputException(
        "%s: has %s at byte %d, expected a model of SentencePiece".formatted(origin, found, at));
  }

  private void requireType(int expected, String what) {
    if (type != expected) {
      throw broken("field %d of type %d in place of %s".formatted(field, type, what));
    }
  }

  private int length() {
    requireType(BYTES, "bytes");
    long length = varint();
    if (length < 0 || length > end - at) {
      throw broken("a field of %d bytes where %d are left".formatted(length, end - at));
    }
    return (int) length;
  }

  private long fixed(int bytes) {
    if (end - at < bytes) {
      throw broken("a number that is cut off");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in[at++] & 0xFFL) << (8 * i);
    }
    return value;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == end) {
        throw broken("a number that is cut off");
      }
      byte b = in[at++];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw broken("a number of more than ten bytes");
  }
}
