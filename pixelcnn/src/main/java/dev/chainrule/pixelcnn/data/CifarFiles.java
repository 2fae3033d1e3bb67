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
    long total = 0;
    for (Path file : files) {
      long size = Files.size(file);
      if (size == 0 || size % RECORD != 0) {
        throw new InputException(
            "%s: has %d bytes, expected a multiple of %d, CIFAR-10's record"
                .formatted(file, size, RECORD));
      }
      total += size / RECORD;
    }
    byte[] levels = FileBytes.allocate(total * 3 * PIXELS, files.getFirst().toString());
    byte[] labels = new byte[(int) total];
    int n = 0;
    for (Path file : files) {
      byte[] bytes = FileBytes.read(file);
      for (int at = 0; at + RECORD <= bytes.length && n < labels.length; at += RECORD, n++) {
        labels[n] = bytes[at];
        if ((labels[n] & 0xFF) >= CLASSES) {
          throw new InputException(
              "%s: class %d in record %d, expected 0 to 9"
                  .formatted(file, labels[n] & 0xFF, at / RECORD));
        }
        for (int i = 0; i < 3 * PIXELS; i++) {
          levels[n * 3 * PIXELS + i % PIXELS * 3 + i / PIXELS] = bytes[at + 1 + i];
        }
      }
    }
    return new ImageSet(
        files.getFirst().toString(), new ImageFormat(32, 32, 3, 256), levels, labels);
  }
}
