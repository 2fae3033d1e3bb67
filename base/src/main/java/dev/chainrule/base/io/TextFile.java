package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reading of text files as spreadsheets and archives hold them: strict UTF-8, with or without a
 * byte order mark.
 */
public final class TextFile {
  private static final int BUFFER = 1 << 16;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /** What tables compress to at best, with room; beyond it a file was made to fill the memory. */
  private static final long LARGEST_EXPANSION = 200;

  private static final long ALWAYS_READ = 1 << 22;

  private TextFile() {}

  /**
   * Opens a file, compressed by gzip if its name ends in {@code .gz}, after its byte order mark.
   *
   * @return a reader that throws {@link InputException} where the file cannot be read, naming it,
   *     and the place of a byte that is no UTF-8
   */
  public static BufferedReader open(Path file) throws IOException {
    try {
      return open(file, Files.newInputStream(file), Files.size(file));
    } catch (NoSuchFileException e) {
      throw Utf8File.missing(file, e);
    }
  }

  /**
   * The same of content that is in memory.
   *
   * @param name of the file that it would be
   */
  public static BufferedReader open(Path name, byte[] content) throws IOException {
    return open(name, new ByteArrayInputStream(content), content.length);
  }

  /**
   * The same of a stream, which is closed with the reader.
   *
   * @param file whose content it is
   * @param size of the file in bytes
   */
  public static BufferedReader open(Path file, InputStream stream, long size) throws IOException {
    InputStream in = stream;
    long most = Long.MAX_VALUE;
    if (file.toString().endsWith(".gz")) {
      most = ALWAYS_READ + LARGEST_EXPANSION * size;
      try {
        in = new GZIPInputStream(in, BUFFER);
      } catch (IOException e) {
        in.close();
        throw unreadable(file, e);
      }
    }
    BufferedReader text = new BufferedReader(new StrictReader(file, in, most), BUFFER);
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
    return text;
  }

  private static InputException unreadable(Path file, IOException e) {
    return new InputException(file + ": cannot be read: " + e.getMessage() + ".", e);
  }

  /** Decodes a stream, counting bytes and lines. */
  private static final class StrictReader extends Reader {
    private final Path file;
    private final InputStream in;
    private final long most;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
    private long decoded;
    private long line = 1;
    private boolean ended;

    StrictReader(Path file, InputStream in, long most) {
      this.file = file;
      this.in = in;
      this.most = most;
    }

    @Override
    public int read(char[] target, int from, int length) throws IOException {
      CharBuffer chars = CharBuffer.wrap(target, from, length);
      while (chars.position() == 0) {
        int before = bytes.position();
        CoderResult result = decoder.decode(bytes, chars, ended);
        for (int i = before; i < bytes.position(); i++) {
          line += bytes.get(i) == '\n' ? 1 : 0;
        }
        decoded += bytes.position() - before;
        if (result.isError()) {
          throw new InputException(
              "%s:%d: byte %d (0x%02X) is no UTF-8; expected UTF-8 text."
                  .formatted(file, line, decoded + 1, bytes.get(bytes.position())));
        }
        if (decoded > most) {
          throw new InputException(
              "%s: expands to more than %d times its size; expected a table."
                  .formatted(file, LARGEST_EXPANSION));
        }
        if (chars.position() == 0) {
          if (ended) {
            return -1;
          }
          fill();
        }
      }
      return chars.position();
    }

    private void fill() throws IOException {
      bytes.compact();
      try {
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = read < 0;
        bytes.position(bytes.position() + Math.max(0, read));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
      bytes.flip();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
