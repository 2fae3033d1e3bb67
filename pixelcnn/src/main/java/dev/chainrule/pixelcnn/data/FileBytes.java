package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files and sets of images as arrays, whose sizes are compared with the largest array first. */
final class FileBytes {
  /** Deflate, the compression of gzip and PNG, makes at most so many bytes of one. */
  static final long DEFLATE_EXPANSION = 1032;

  /** Bytes of the largest array. */
  static final int MAX = Integer.MAX_VALUE - 8;

  private FileBytes() {}

  /**
   * All bytes of a file.
   *
   * @throws InputException if it is a folder or too large
   */
  static byte[] read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": is a folder, expected a file");
    }
    long size = Files.size(file);
    if (size > MAX) {
      throw new InputException(
          "%s: has %,d bytes, expected at most %,d".formatted(file, size, MAX));
    }
    return Files.readAllBytes(file);
  }

  /**
   * Memory for all values of a set of images.
   *
   * @param origin of the set, for messages
   * @throws InputException if there are more than an array holds
   */
  static byte[] allocate(long values, String origin) {
    requireArray(values, origin);
    return new byte[(int) values];
  }

  /**
   * Compares a number of values with what an array holds.
   *
   * @throws InputException if there are more
   */
  static void requireArray(long values, String origin) {
    if (values > MAX) {
      throw new InputException(
          "%s: its images have %,d values together, expected at most %,d"
              .formatted(origin, values, MAX));
    }
  }
}
