package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG images. The header is read first: an image of more pixels than the limit, or
 * of more than a file of its size can hold, is refused before memory is asked for.
 */
final class ImageReading {
  /** Pixels of the largest image that is read, 8,192 x 8,192. */
  static final int MAX_PIXELS = 1 << 26;

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int PNG_HEADER_BYTES = 26;

  private ImageReading() {}

  /**
   * Decodes an image.
   *
   * @param origin where it is from, for messages
   * @throws InputException if it is none that can be read, or too large
   */
  static BufferedImage decode(byte[] content, String origin) {
    boolean png =
        content.length >= PNG_HEADER_BYTES && ByteBuffer.wrap(content).getLong() == PNG_SIGNATURE;
    boolean jpeg = content.length > 2 && (content[0] & 0xFF) == 0xFF && (content[1] & 0xFF) == 0xD8;
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(png ? "png" : "jpeg");
    if (!(png || jpeg) || !readers.hasNext()) {
      throw new InputException(origin + ": is no PNG or JPEG image");
    }
    ImageReader reader = readers.next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      // Without metadata: compressed comments and profiles are not unpacked.
      reader.setInput(in, true, true);
      requireSize(reader.getWidth(0), reader.getHeight(0), png, content, origin);
      return reader.read(0);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw unreadable(origin, e);
    } catch (IndexOutOfBoundsException | NegativeArraySizeException | NullPointerException e) {
      // What the JDK's readers answer to some broken files.
      throw unreadable(origin, e);
    } finally {
      reader.dispose();
    }
  }

  private static void requireSize(
      long width, long height, boolean png, byte[] content, String origin) {
    long pixels = width * height;
    if (pixels > MAX_PIXELS) {
      throw new InputException(
          "%s: is an image of %d x %d pixels, expected at most %,d in all"
              .formatted(origin, height, width, MAX_PIXELS));
    }
    long bits = png ? pixels * pngBits(content) : pixels * Byte.SIZE;
    // A byte of JPEG holds fewer pixels than deflate makes bytes of one.
    if (bits / Byte.SIZE > FileBytes.DEFLATE_EXPANSION * content.length) {
      throw new InputException(
          "%s: says that it has %d x %d pixels, expected no more than %d bytes can hold"
              .formatted(origin, height, width, content.length));
    }
  }

  /** Bits of a pixel, as the header says. */
  private static int pngBits(byte[] content) {
    int channels =
        switch (content[25]) {
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 1;
        };
    return channels * (content[24] & 0xFF);
  }

  private static InputException unreadable(String origin, Exception e) {
    return new InputException(
        "%s: cannot be read as a PNG or JPEG image (%s)"
            .formatted(origin, e.getMessage() == null ? "it is damaged" : e.getMessage()),
        e);
  }
}
