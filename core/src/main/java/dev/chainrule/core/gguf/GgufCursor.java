package dev.chainrule.core.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A place in a GGUF file that only moves forward, and never beyond the end. */
final class GgufCursor {
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String origin;
  private final MemorySegment file;
  private long at;
  private String kind = "the header";
  private String name = "";

  GgufCursor(String origin, MemorySegment file, long at) {
    this.origin = origin;
    this.file = file;
    this.at = at;
  }

  /**
   * What is read next, for messages, which are put together only when there is one.
   *
   * @param what a few words
   * @param which of them, or nothing
   */
  void reads(String what, String which) {
    kind = what;
    name = which;
  }

  /** What is read, as a message has it. */
  String what() {
    return name.isEmpty() ? kind : "%s \"%s\"".formatted(kind, Excerpt.of(name));
  }

  long at() {
    return at;
  }

  long remaining() {
    return file.byteSize() - at;
  }

  /** Moves on by {@code count} things of so many bytes each; a count below 0 is one above 2^63. */
  void skip(long count, int bytes) {
    if (count < 0 || count > remaining() / bytes) {
      throw new InputException(
          "%s: %s at byte %d has %s times %d bytes, expected at most the %d that follow"
              .formatted(origin, what(), at, Long.toUnsignedString(count), bytes, remaining()));
    }
    at += count * bytes;
  }

  /** An unsigned number of 32 bits. */
  long uint32() {
    long from = at;
    skip(1, Integer.BYTES);
    return Integer.toUnsignedLong(file.get(INT, from));
  }

  /** An unsigned number of 64 bits; below 0 where it is 2^63 or more. */
  long uint64() {
    long from = at;
    skip(1, Long.BYTES);
    return file.get(LONG, from);
  }

  /** Passes over texts, which may be long and many. */
  void skipStrings(long count) {
    if (count < 0 || count > remaining() / Long.BYTES) {
      skip(count, Long.BYTES);
    }
    for (long i = 0; i < count; i++) {
      long bytes = uint64();
      skip(bytes, 1);
    }
  }

  /** A short text. */
  String string(int longest) {
    long bytes = uint64();
    if (bytes < 0 || bytes > longest) {
      throw new InputException(
          "%s: %s at byte %d has %s bytes, expected at most %d"
              .formatted(origin, what(), at, Long.toUnsignedString(bytes), longest));
    }
    at -= Long.BYTES;
    return string();
  }

  /** A text. */
  String string() {
    long bytes = uint64();
    long from = at;
    skip(bytes, 1);
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%s: %s at byte %d has %d bytes, more than a text of Java holds"
              .formatted(origin, what(), from, bytes));
    }
    byte[] utf8 = new byte[(int) bytes];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, from, utf8, 0, utf8.length);
    String text = text(utf8, 0, utf8.length);
    if (text == null) {
      throw new InputException(
          "%s: %s at byte %d is no UTF-8, expected text".formatted(origin, what(), from));
    }
    return text;
  }

  /** Decodes UTF-8; null where it is none. */
  static @Nullable String text(byte[] bytes, int begin, int length) {
    return isUtf8(bytes, begin, begin + length)
        ? new String(bytes, begin, length, StandardCharsets.UTF_8)
        : null;
  }

  /** Whether bytes are UTF-8: no character too long, beyond U+10FFFF, or half of a pair. */
  static boolean isUtf8(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int c = bytes[at++];
      if (c < 0) {
        int more = (c & 0xE0) == 0xC0 ? 1 : (c & 0xF0) == 0xE0 ? 2 : (c & 0xF8) == 0xF0 ? 3 : 0;
        if (more == 0 || more > to - at) {
          return false;
        }
        int least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
        c &= 0x3F >> more;
        for (int end = at + more; at < end; at++) {
          if ((bytes[at] & 0xC0) != 0x80) {
            return false;
          }
          c = (c << 6) | (bytes[at] & 0x3F);
        }
        boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        if (c < least || c > Character.MAX_CODE_POINT || half) {
          return false;
        }
      }
    }
    return true;
  }
}
