package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Images beside each other on a grey ground, as a PNG file. */
public final class ImageGrid {
  private static final int GAP = 2;
  private static final int GROUND = 0x606060;

  /** A pixel of which not all channels are known. */
  private static final int UNKNOWN = 0x2A4A6A;

  private ImageGrid() {}

  /**
   * Draws a grid.
   *
   * @param images levels of each [H W C], row by row; negative where they are not known
   * @param scale screen pixels of a pixel
   */
  public static BufferedImage draw(List<int[]> images, ImageFormat format, int columns, int scale) {
    int rows = Math.ceilDiv(images.size(), columns);
    int cellWidth = format.width() * scale + GAP;
    int cellHeight = format.height() * scale + GAP;
    BufferedImage grid =
        new BufferedImage(
            columns * cellWidth + GAP, rows * cellHeight + GAP, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < grid.getHeight(); y++) {
      for (int x = 0; x < grid.getWidth(); x++) {
        grid.setRGB(x, y, GROUND);
      }
    }
    for (int n = 0; n < images.size(); n++) {
      int left = n % columns * cellWidth + GAP;
      int top = n / columns * cellHeight + GAP;
      for (int y = 0; y < format.height() * scale; y++) {
        for (int x = 0; x < format.width() * scale; x++) {
          int pixel = y / scale * format.width() + x / scale;
          grid.setRGB(left + x, top + y, rgb(images.get(n), format, pixel));
        }
      }
    }
    return grid;
  }

  private static int rgb(int[] levels, ImageFormat format, int pixel) {
    int channels = format.channels();
    int rgb = 0;
    for (int c = 0; c < 3; c++) {
      int level = levels[pixel * channels + (channels == 1 ? 0 : c)];
      if (level < 0) {
        return UNKNOWN;
      }
      rgb = rgb << 8 | level * 255 / (format.levels() - 1);
    }
    return rgb;
  }

  /** Writes an image as PNG; the file takes its place when it is whole. */
  public static void write(Path file, BufferedImage image) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    AtomicFile.writeBytes(file, png.toByteArray());
  }
}
