package dev.chainrule.pixelcnn.data;

import dev.chainrule.core.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Single image files (PNG, JPEG) and folders of them. */
public final class ImageFiles {
  private ImageFiles() {}

  /**
   * Reads an image in its own size.
   *
   * @throws InputException if it is none that can be read
   */
  public static BufferedImage read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new InputException(file + ": no such file, expected a PNG or JPEG image");
    }
    try {
      BufferedImage image = ImageIO.read(file.toFile());
      if (image != null) {
        return image;
      }
    } catch (IOException | RuntimeException e) {
      throw new InputException(
          "%s: is no whole PNG or JPEG image (%s)".formatted(file, e.getMessage()), e);
    }
    throw new InputException(file + ": is no PNG or JPEG image");
  }

  /** All PNG and JPEG images of a folder in the order of their names, resized to one format. */
  public static ImageSet folder(Path folder, ImageFormat format) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(ImageFiles::isImage).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new InputException(folder + ": holds no PNG or JPEG image");
    }
    int size = format.dimensions();
    byte[] levels = new byte[Math.multiplyExact(files.size(), size)];
    for (int n = 0; n < files.size(); n++) {
      int[] image = levels(read(files.get(n)), format);
      for (int i = 0; i < size; i++) {
        levels[n * size + i] = (byte) image[i];
      }
    }
    return new ImageSet(folder.toString(), format, levels, null);
  }

  static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  /** An image in a format: resized if need be, grey by the luma of Rec. 601, quantised. */
  public static int[] levels(BufferedImage image, ImageFormat format) {
    BufferedImage fitted = image;
    if (image.getWidth() != format.width() || image.getHeight() != format.height()) {
      fitted = new BufferedImage(format.width(), format.height(), BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = fitted.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      graphics.drawImage(image, 0, 0, format.width(), format.height(), null);
      graphics.dispose();
    }
    int[] levels = new int[format.dimensions()];
    for (int i = 0; i < format.height() * format.width(); i++) {
      int rgb = fitted.getRGB(i % format.width(), i / format.width());
      int red = rgb >> 16 & 0xFF;
      int green = rgb >> 8 & 0xFF;
      int blue = rgb & 0xFF;
      if (format.channels() == 1) {
        int grey = (int) Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
        levels[i] = grey * format.levels() / 256;
      } else {
        levels[3 * i] = red * format.levels() / 256;
        levels[3 * i + 1] = green * format.levels() / 256;
        levels[3 * i + 2] = blue * format.levels() / 256;
      }
    }
    return levels;
  }
}
