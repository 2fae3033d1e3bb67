package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Single image files (PNG, JPEG) and folders of them. */
public final class ImageFiles {
  private static final Object BILINEAR = RenderingHints.VALUE_INTERPOLATION_BILINEAR;
  private static final Object BICUBIC = RenderingHints.VALUE_INTERPOLATION_BICUBIC;

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
    return ImageReading.decode(FileBytes.read(file), file.toString());
  }

  /**
   * All PNG and JPEG images of a folder in the order of their names, resized to one format.
   *
   * @throws InputException if there is none, or one cannot be read, or all of them together are too
   *     large
   */
  public static ImageSet folder(Path folder, ImageFormat format) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(ImageFiles::isImage).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new InputException(folder + ": holds no PNG or JPEG image");
    }
    int size = format.dimensions();
    byte[] levels = FileBytes.allocate((long) files.size() * size, folder.toString());
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

  /**
   * An image in a format: over black where it is transparent, resized if need be, grey by the luma
   * of Rec. 601, quantised.
   */
  public static int[] levels(BufferedImage image, ImageFormat format) {
    BufferedImage fitted = resized(opaque(image), format.width(), format.height());
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

  /** The image over black, 8 bits a channel. */
  private static BufferedImage opaque(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    BufferedImage plain = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    boolean grey =
        image.getColorModel() instanceof ComponentColorModel
            && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int argb = grey ? grey(image, x, y) : image.getRGB(x, y);
        int alpha = argb >>> 24;
        int red = (argb >> 16 & 0xFF) * alpha / 255;
        int green = (argb >> 8 & 0xFF) * alpha / 255;
        int blue = (argb & 0xFF) * alpha / 255;
        plain.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return plain;
  }

  /**
   * A grey pixel as it is stored. {@link BufferedImage#getRGB} would take grey for linear in light
   * and brighten it: 64 would become 137.
   */
  private static int grey(BufferedImage image, int x, int y) {
    ColorModel colours = image.getColorModel();
    int largest = (1 << colours.getComponentSize(0)) - 1;
    int value = image.getRaster().getSample(x, y, 0) * 255 / largest;
    int alpha = colours.getAlpha(image.getRaster().getDataElements(x, y, null));
    return alpha << 24 | value << 16 | value << 8 | value;
  }

  /** The image in another size. Halved, by means of four pixels, as often as it is twice as big. */
  private static BufferedImage resized(BufferedImage image, int width, int height) {
    BufferedImage fitted = image;
    while (fitted.getWidth() >= 2 * width && fitted.getHeight() >= 2 * height) {
      fitted = scaled(fitted, fitted.getWidth() / 2, fitted.getHeight() / 2, BILINEAR);
    }
    boolean fits = fitted.getWidth() == width && fitted.getHeight() == height;
    return fits ? fitted : scaled(fitted, width, height, BICUBIC);
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height, Object kind) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, kind);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }
}
