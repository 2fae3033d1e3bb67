package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Images beside each other on a grey ground, as a PNG file. */
public final class ImageGrid {
  private static final int GAP = 2;
  private static final int TITLE = 26;
  private static final int CAPTION = 16;
  private static final int GROUND = 0x606060;

  /** A pixel of which not all channels are known. */
  private static final int UNKNOWN = 0x2A4A6A;

  private ImageGrid() {}

  /**
   * How images lie beside each other.
   *
   * @param format of each image
   * @param columns images in a row
   * @param scale screen pixels of a pixel
   * @param title above all; empty for none
   * @param captions below each image; empty for none
   */
  public record Layout(
      ImageFormat format, int columns, int scale, String title, List<String> captions) {
    public Layout {
      captions = List.copyOf(captions);
    }

    /** Images alone. */
    public Layout(ImageFormat format, int columns, int scale) {
      this(format, columns, scale, "", List.of());
    }

    private int top() {
      return title.isEmpty() ? 0 : TITLE;
    }

    private int cellWidth() {
      return format.width() * scale + GAP;
    }

    private int cellHeight() {
      return format.height() * scale + GAP + (captions.isEmpty() ? 0 : CAPTION);
    }
  }

  /**
   * Draws a grid.
   *
   * @param images levels of each [H W C], row by row; negative where they are not known
   */
  public static BufferedImage draw(List<int[]> images, Layout layout) {
    ImageFormat format = layout.format();
    int scale = layout.scale();
    int rows = Math.ceilDiv(images.size(), layout.columns());
    BufferedImage grid =
        new BufferedImage(
            layout.columns() * layout.cellWidth() + GAP,
            layout.top() + rows * layout.cellHeight() + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = grid.createGraphics();
    pen.setColor(new Color(GROUND));
    pen.fillRect(0, 0, grid.getWidth(), grid.getHeight());
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setColor(Color.WHITE);
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    write(pen, layout.title(), 0, grid.getWidth(), layout.top() - 7);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    for (int n = 0; n < images.size(); n++) {
      int left = n % layout.columns() * layout.cellWidth() + GAP;
      int top = layout.top() + n / layout.columns() * layout.cellHeight() + GAP;
      for (int y = 0; y < format.height() * scale; y++) {
        for (int x = 0; x < format.width() * scale; x++) {
          int pixel = y / scale * format.width() + x / scale;
          grid.setRGB(left + x, top + y, rgb(images.get(n), format, pixel));
        }
      }
      String caption = layout.captions().isEmpty() ? "" : layout.captions().get(n);
      int below = top + layout.cellHeight() - GAP;
      write(pen, caption, left, layout.cellWidth() - GAP, below - 4);
    }
    pen.dispose();
    return grid;
  }

  /**
   * One image by itself, a screen pixel each pixel.
   *
   * @param levels [H W C], row by row; negative where they are not known
   */
  public static BufferedImage image(int[] levels, ImageFormat format) {
    BufferedImage image =
        new BufferedImage(format.width(), format.height(), BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < format.width() * format.height(); pixel++) {
      image.setRGB(pixel % format.width(), pixel / format.width(), rgb(levels, format, pixel));
    }
    return image;
  }

  /**
   * Images of one size beside each other.
   *
   * @param columns images in a row
   * @param scale screen pixels of a pixel
   */
  public static BufferedImage of(List<BufferedImage> images, int columns, int scale) {
    int width = images.getFirst().getWidth() * scale + GAP;
    int height = images.getFirst().getHeight() * scale + GAP;
    int rows = Math.ceilDiv(images.size(), columns);
    BufferedImage grid =
        new BufferedImage(columns * width + GAP, rows * height + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = grid.createGraphics();
    pen.setColor(new Color(GROUND));
    pen.fillRect(0, 0, grid.getWidth(), grid.getHeight());
    for (int n = 0; n < images.size(); n++) {
      int left = n % columns * width + GAP;
      int top = n / columns * height + GAP;
      pen.drawImage(images.get(n), left, top, width - GAP, height - GAP, null);
    }
    pen.dispose();
    return grid;
  }

  /** A line of text in the middle of a column of the picture, in a smaller font if it must. */
  private static void write(Graphics2D pen, String text, int left, int width, int baseline) {
    Font usual = pen.getFont();
    int length = pen.getFontMetrics().stringWidth(text);
    if (length > width) {
      pen.setFont(usual.deriveFont(usual.getSize2D() * width / length));
      length = pen.getFontMetrics().stringWidth(text);
    }
    pen.drawString(text, left + (width - length) / 2, baseline);
    pen.setFont(usual);
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
