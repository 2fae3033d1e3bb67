package dev.chainrule.experiments.arima;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file that {@code --out} names. The rows of a series are written together by {@link #flush},
 * so that a command which is killed leaves whole series behind; a full disk ends it with a
 * sentence. A run starts the file anew, and says so where there was one.
 */
final class CsvFile implements AutoCloseable {
  private final Path path;
  private final FileChannel file;
  private final StringBuilder rows = new StringBuilder();

  CsvFile(Path path) throws IOException {
    this.path = path;
    if (Files.isRegularFile(path) && Files.size(path) > 0) {
      System.err.println(
          path + ": holds an earlier result; this run replaces it, from the first series on.");
    }
    this.file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** Adds a row to those of the series. */
  void row(String text) {
    rows.append(text).append(System.lineSeparator());
  }

  /** Writes the rows since the last time. */
  void flush() {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(rows.toString());
    rows.setLength(0);
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private InputException failed(IOException e) {
    return new InputException(path + ": cannot be written: " + e.getMessage() + ".", e);
  }

  /** Writes what {@link #flush} has not, and closes. */
  @Override
  public void close() {
    try (file) {
      flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
