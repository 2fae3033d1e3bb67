package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Patches of photographs. Those to learn from overlap; those held out are all of one image and do
 * not.
 */
public final class ImagePatches {
  /** Patches to learn from begin at every so many-th of a patch. */
  private static final int OVERLAP = 4;

  private ImagePatches() {}

  /**
   * Cuts all PNG and JPEG images of a folder.
   *
   * @param patch size and channels of a patch
   * @param heldOut file name, with or without its ending, of the image that is held out
   * @throws InputException if there is no such image or no other, or one smaller than a patch
   */
  public static ImageSource source(Path folder, ImageFormat patch, String heldOut)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder + ": no folder of images, expected one to cut into patches");
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(ImageFiles::isImage).sorted().toList();
    }
    Path apart = null;
    ByteArrayOutputStream training = new ByteArrayOutputStream();
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.equals(heldOut) || name.startsWith(heldOut + ".")) {
        apart = file;
      } else {
        int step = Math.max(1, Math.min(patch.height(), patch.width()) / OVERLAP);
        cut(training, file, patch, step, step);
      }
    }
    if (apart == null || files.size() == 1) {
      throw new InputException(
          "%s: %d images, expected several and one of them named %s"
              .formatted(folder, files.size(), heldOut));
    }
    ByteArrayOutputStream held = new ByteArrayOutputStream();
    cut(held, apart, patch, patch.height(), patch.width());
    return new ImageSource(
        new ImageSet(folder.toString(), patch, training.toByteArray(), null),
        new ImageSet(apart.toString(), patch, held.toByteArray(), null));
  }

  private static void cut(
      ByteArrayOutputStream out, Path file, ImageFormat patch, int down, int right)
      throws IOException {
    BufferedImage image = ImageFiles.read(file);
    if (image.getHeight() < patch.height() || image.getWidth() < patch.width()) {
      throw new InputException(
          "%s: an image of %d x %d pixels (rows x columns), expected a patch of %d x %d or more"
              .formatted(file, image.getHeight(), image.getWidth(), patch.height(), patch.width()));
    }
    long rows = (image.getHeight() - patch.height()) / down + 1L;
    long columns = (image.getWidth() - patch.width()) / right + 1L;
    FileBytes.requireArray(out.size() + rows * columns * patch.dimensions(), file.toString());
    for (int y = 0; y <= image.getHeight() - patch.height(); y += down) {
      for (int x = 0; x <= image.getWidth() - patch.width(); x += right) {
        BufferedImage part = image.getSubimage(x, y, patch.width(), patch.height());
        for (int level : ImageFiles.levels(part, patch)) {
          out.write(level);
        }
      }
    }
  }
}
