package dev.chainrule.experiments;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures for tests: coloured gradients, each another. */
final class SmallImages {
  private SmallImages() {}

  /** Writes PNG files {@code 0.png}, {@code 1.png}, ... of so many pixels each way. */
  static void write(Path folder, int count, int size) throws IOException {
    Files.createDirectories(folder);
    for (int n = 0; n < count; n++) {
      ImageIO.write(image(n, size), "png", folder.resolve(n + ".png").toFile());
    }
  }

  static BufferedImage image(int number, int size) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int red = 255 * x / size;
        int green = 255 * y / size;
        int blue = 37 * (number + 1) & 0xFF;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }
}
