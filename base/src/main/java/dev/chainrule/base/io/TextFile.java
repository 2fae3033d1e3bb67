package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reading of CSV files, UTF-8, as spreadsheets and archives hold them. */
public final class TextFile {
  private static final int BUFFER = 1 << 16;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private TextFile() {}

  /**
   * Opens a file, compressed by gzip if its name ends in {@code .gz}, after its byte order mark.
   *
   * @return a reader that throws {@link InputException}, naming the file, where it cannot be read
   */
  public static BufferedReader open(Path file) throws IOException {
    InputStream in = new Named(file, Files.newInputStream(file));
    if (file.toString().endsWith(".gz")) {
      try {
        in = new Named(file, new GZIPInputStream(in, BUFFER));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    BufferedReader text =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), BUFFER);
    skipMark(text);
    return text;
  }

  private static InputException unreadable(Path file, IOException e) {
    return new InputException(file + ": cannot be read as CSV: " + e.getMessage() + ".", e);
  }

  /** Errors of a stream do not say of which file. */
  private static final class Named extends FilterInputStream {
    private final Path file;

    Named(Path file, InputStream in) {
      super(in);
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      try {
        return in.read(bytes, from, length);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
  }

  /** Passes over the byte order mark that some spreadsheets write first. */
  private static void skipMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
  }
}
