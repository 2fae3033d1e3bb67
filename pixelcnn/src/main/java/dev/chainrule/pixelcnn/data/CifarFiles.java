package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CIFAR-10's binary files: records of a class byte, then 1,024 red, green and blue bytes. */
final class CifarFiles {
  private static final int PIXELS = 32 * 32;
  private static final int RECORD = 1 + 3 * PIXELS;
  private static final int CLASSES = 10;

  private CifarFiles() {}

  static ImageSet read(List<Path> files) throws IOException {
    String origin = files.getFirst().toString();
    long total = 0;
    for (Path file : files) {
      total += records(Files.size(file), file.toString());
    }
    byte[] levels = FileBytes.allocate(total * 3 * PIXELS, origin);
    byte[] labels = new byte[(int) total];
    int n = 0;
    for (Path file : files) {
      n += copy(FileBytes.read(file), file.toString(), levels, labels, n);
    }
    return set(origin, levels, labels);
  }

  /** The content of one file. */
  static ImageSet parse(byte[] bytes, String origin) {
    byte[] labels = new byte[records(bytes.length, origin)];
    byte[] levels = FileBytes.allocate((long) labels.length * 3 * PIXELS, origin);
    copy(bytes, origin, levels, labels, 0);
    return set(origin, levels, labels);
  }

  private static ImageSet set(String origin, byte[] levels, byte[] labels) {
    return new ImageSet(origin, new ImageFormat(32, 32, 3, 256), levels, labels);
  }

  private static int records(long bytes, String origin) {
    if (bytes == 0 || bytes % RECORD != 0) {
      throw new InputException(
          "%s: has %d bytes, expected a multiple of %d, CIFAR-10's record"
              .formatted(origin, bytes, RECORD));
    }
    return Math.toIntExact(bytes / RECORD);
  }

  /** Puts records behind those that are there; a file that has grown meanwhile is cut. */
  private static int copy(byte[] bytes, String origin, byte[] levels, byte[] labels, int first) {
    int count = Math.min(bytes.length / RECORD, labels.length - first);
    for (int record = 0; record < count; record++) {
      int at = record * RECORD;
      int label = bytes[at] & 0xFF;
      if (label >= CLASSES) {
        throw new InputException(
            "%s: class %d in record %d, expected 0 to 9".formatted(origin, label, record));
      }
      labels[first + record] = (byte) label;
      for (int i = 0; i < 3 * PIXELS; i++) {
        levels[(first + record) * 3 * PIXELS + i % PIXELS * 3 + i / PIXELS] = bytes[at + 1 + i];
      }
    }
    return count;
  }
}
