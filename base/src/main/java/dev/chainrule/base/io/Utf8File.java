package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Small files of text, read whole as strict UTF-8, without the byte order mark before it. */
public final class Utf8File {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char REPLACEMENT = '\uFFFD';
  private static final int BUFFER_CHARS = 1 << 13;

  private Utf8File() {}

  /**
   * Reads a file.
   *
   * @param expected what it should hold, for messages
   * @throws InputException if it is not there, a folder or no UTF-8
   */
  public static String read(Path file, String expected) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": is a folder, expected a file");
    }
    try {
      return decode(Files.readAllBytes(file), file.toString(), expected);
    } catch (NoSuchFileException e) {
      throw missing(file, e);
    }
  }

  /** What to say of a file that is not there. */
  static InputException missing(Path file, NoSuchFileException e) {
    return new InputException(file + ": no such file or folder.", e);
  }

  /**
   * The text of these bytes.
   *
   * @param origin where they are from, for messages
   * @throws InputException if they are no UTF-8
   */
  public static String decode(byte[] bytes, String origin, String expected) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int bad = text.indexOf(REPLACEMENT) < 0 ? -1 : firstBadByte(bytes);
    if (bad >= 0) {
      throw new InputException(
          "%s: has byte 0x%02X at offset %d and so is not UTF-8 text; expected %s"
              .formatted(origin, bytes[bad], bad, expected));
    }
    return withoutMark(text);
  }

  /** The text without the mark that some editors write first. */
  public static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** Offset of the first byte that is no UTF-8, -1 if there is none. */
  public static int firstBadByte(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(BUFFER_CHARS);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result;
    do {
      result = decoder.decode(in, out.clear(), true);
    } while (result.isOverflow());
    return result.isError() ? in.position() : -1;
  }
}
