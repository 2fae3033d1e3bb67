package dev.chainrule.experiments.arima;

import dev.chainrule.core.InputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file that {@code --out} names. The rows of a series are on disk once {@link #flush} returns,
 * so that a command which is killed leaves whole series behind; a full disk ends it with a
 * sentence.
 */
final class CsvFile implements AutoCloseable {
  private final Path path;
  private final BufferedWriter writer;

  CsvFile(Path path) throws IOException {
    this.path = path;
    this.writer = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
  }

  void row(String text) {
    try {
      writer.write(text);
      writer.newLine();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void flush() {
    try {
      writer.flush();
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
    try {
      writer.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
