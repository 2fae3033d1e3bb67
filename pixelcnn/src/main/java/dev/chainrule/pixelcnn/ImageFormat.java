package dev.chainrule.pixelcnn;

/**
 * What the images of a model are like.
 *
 * @param height rows H
 * @param width columns W
 * @param channels 1 for grey, 3 for RGB
 * @param levels number of values of a channel V, from 2 (1 bit) to 256 (8 bits)
 */
public record ImageFormat(int height, int width, int channels, int levels) {
  /** Values in the largest image, for instance 4,096 x 5,461 pixels in colour. */
  public static final int MAX_DIMENSIONS = 1 << 26;

  public ImageFormat {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images of %d x %d pixels, expected 1 x 1 or more".formatted(height, width));
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "channels %d, expected 1 (grey) or 3 (RGB)".formatted(channels));
    }
    if ((long) height * width > MAX_DIMENSIONS / channels) {
      throw new IllegalArgumentException(
          "images of %d x %d pixels with %d channels, expected at most %,d values"
              .formatted(height, width, channels, MAX_DIMENSIONS));
    }
    if (levels < 2 || levels > 256) {
      throw new IllegalArgumentException("levels %d, expected 2 to 256".formatted(levels));
    }
  }

  /** Values in an image: H W C. */
  public int dimensions() {
    return height * width * channels;
  }

  /** A level as a network sees it: from -1 to 1, so that 0 means outside of the image. */
  public double scaled(int level) {
    return 2.0 * level / (levels - 1) - 1;
  }

  /** The same size and channels with another number of levels. */
  public ImageFormat withLevels(int newLevels) {
    return new ImageFormat(height, width, channels, newLevels);
  }

  @Override
  public String toString() {
    return "%d x %d x %d, %d levels".formatted(height, width, channels, levels);
  }
}
