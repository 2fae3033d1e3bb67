package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.DataFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Public sets of images that are known by name: folders of that name below a data folder. */
final class KnownSets {
  private static final Map<String, String> CONTENT =
      new TreeMap<>(
          Map.of(
              "mnist", "IDX files of MNIST",
              "fashion", "IDX files of Fashion-MNIST",
              "emnist", "IDX files of one part of EMNIST",
              "cifar10", "the binary files of CIFAR-10"));

  private KnownSets() {}

  /** All names. */
  static String names() {
    return String.join(", ", CONTENT.keySet());
  }

  /**
   * Where a set lies: a known name below a data folder, or a path.
   *
   * @throws InputException if there is neither
   */
  static Path find(String data, DataFolders folders) {
    String content = CONTENT.get(data);
    Path path = Path.of(data);
    if (content != null) {
      Path given = folders.given().map(folder -> folder.resolve(data)).orElse(null);
      if (given != null && Files.isDirectory(given)) {
        return given;
      }
      if (Files.isDirectory(folders.cache().resolve(data))) {
        return folders.cache().resolve(data);
      }
      if (!Files.exists(path)) {
        throw new InputException(
            "%s: not found; put %s into %s"
                .formatted(data, content, given == null ? folders.cache().resolve(data) : given));
      }
    }
    if (!Files.exists(path)) {
      throw new InputException(
          "%s: no such file or folder, expected \"%s\", the name of a set (%s), an IDX file, or a"
                  .formatted(data, ImageSource.DIGITS, names())
              + " folder of IDX, CIFAR-10, PNG or JPEG files");
    }
    return path;
  }
}
