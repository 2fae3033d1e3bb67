package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.pixelcnn.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images split into those to train on and those held out.
 *
 * @param training where the model learns
 * @param heldOut where it is evaluated
 */
public record ImageSource(ImageSet training, ImageSet heldOut) {
  /** Name of the set that the project draws itself. */
  public static final String DIGITS = "digits";

  /** MNIST's files are {@code train-images-idx3-ubyte} in archives, with a dot once unpacked. */
  private static final Pattern IDX_IMAGES = Pattern.compile("images([.-])idx3-ubyte");

  private static final int DIGITS_COUNT = 6000;
  private static final int DIGITS_SIZE = 20;
  private static final double HELD_OUT_SHARE = 0.1;

  /**
   * Opens a set.
   *
   * @param data {@code digits}; the name of a set below a data folder: {@code mnist}, {@code
   *     fashion}, {@code emnist}, {@code cifar10}; an IDX file of images; or a folder that holds
   *     IDX files, CIFAR-10's binary files, or PNG and JPEG images
   * @param resize what images of a folder are made; null for 32 x 32 in colour
   */
  public static ImageSource open(String data, @Nullable ImageFormat resize) throws IOException {
    if (data.equals(DIGITS)) {
      return split(DrawnDigits.draw(DIGITS_COUNT, DIGITS_SIZE, 1));
    }
    return open(KnownSets.find(data, DataFolders.ofEnvironment()), resize);
  }

  private static ImageSource open(Path path, @Nullable ImageFormat resize) throws IOException {
    if (!Files.isDirectory(path)) {
      return split(idx(path));
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(path)) {
      files = list.sorted().toList();
    }
    List<Path> idx = files.stream().filter(f -> IDX_IMAGES.matcher(name(f)).find()).toList();
    if (!idx.isEmpty()) {
      return ofIdx(idx);
    }
    Path unpacked = path.resolve("cifar-10-batches-bin");
    if (Files.isDirectory(unpacked)) {
      return open(unpacked, resize);
    }
    List<Path> cifar = named(files, "data_batch_");
    if (!cifar.isEmpty()) {
      List<Path> test = named(files, "test_batch");
      ImageSet training = CifarFiles.read(cifar);
      return test.isEmpty() ? split(training) : new ImageSource(training, CifarFiles.read(test));
    }
    return split(
        ImageFiles.folder(path, resize == null ? new ImageFormat(32, 32, 3, 256) : resize));
  }

  private static List<Path> named(List<Path> files, String part) {
    return files.stream().filter(f -> f.getFileName().toString().contains(part)).toList();
  }

  /** A pair of training and test files, or a single one that is split. */
  private static ImageSource ofIdx(List<Path> files) throws IOException {
    List<Path> training = named(files, "train");
    List<Path> others = files.stream().filter(file -> !training.contains(file)).toList();
    if (training.size() > 1 || others.size() > 1) {
      throw new InputException(
          "%s: %d IDX files of images, expected one to train on and one to test, or a single one"
              .formatted(files.getFirst().toAbsolutePath().getParent(), files.size()));
    }
    if (training.size() + others.size() == 2) {
      return new ImageSource(idx(training.getFirst()), idx(others.getFirst()));
    }
    return split(idx(files.getFirst()));
  }

  private static ImageSet idx(Path images) throws IOException {
    boolean transposed = name(images).toLowerCase(Locale.ROOT).startsWith("emnist");
    return IdxFile.images(images, labels(images), transposed);
  }

  /** The file of classes beside one of images, in the same spelling or another; null for none. */
  private static @Nullable Path labels(Path images) {
    Matcher spelling = IDX_IMAGES.matcher(name(images));
    if (!spelling.find()) {
      return null;
    }
    for (String separator : List.of(spelling.group(1), "-", ".")) {
      String labels = spelling.replaceFirst("labels" + separator + "idx1-ubyte");
      String plain = labels.endsWith(".gz") ? labels.substring(0, labels.length() - 3) : labels;
      for (String name : List.of(labels, plain, plain + ".gz")) {
        if (Files.isRegularFile(images.resolveSibling(name))) {
          return images.resolveSibling(name);
        }
      }
    }
    return null;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** The last tenth is held out. */
  static ImageSource split(ImageSet all) {
    int heldOut = (int) Math.round(all.size() * HELD_OUT_SHARE);
    if (heldOut == 0) {
      throw new InputException(
          "%s: %d images, expected at least 5 to hold some out"
              .formatted(all.origin(), all.size()));
    }
    return new ImageSource(
        all.range(0, all.size() - heldOut), all.range(all.size() - heldOut, all.size()));
  }
}
