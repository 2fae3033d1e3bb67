package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Images of one format in memory, with or without classes or vectors. Not changed once made. */
public final class ImageSet {
  private final String origin;
  private final ImageFormat format;
  private final byte[] levels;
  private final byte @Nullable [] labels;
  private final @Nullable Tensor vectors;

  /**
   * A set.
   *
   * @param origin where it is from, for messages
   * @param levels unsigned, image by image in raster order [N, H W C]
   * @param labels the class of each image [N]; null for none
   */
  public ImageSet(String origin, ImageFormat format, byte[] levels, byte @Nullable [] labels) {
    this(origin, format, levels, labels, null);
  }

  private ImageSet(
      String origin,
      ImageFormat format,
      byte[] levels,
      byte @Nullable [] labels,
      @Nullable Tensor vectors) {
    int size = format.dimensions();
    if (levels.length == 0 || levels.length % size != 0) {
      throw new InputException(
          "%s: %d values, expected one or more images of %d"
              .formatted(origin, levels.length, size));
    }
    if (labels != null && labels.length != levels.length / size) {
      throw new InputException(
          "%s: %d labels for %d images".formatted(origin, labels.length, levels.length / size));
    }
    this.origin = origin;
    this.format = format;
    this.levels = levels;
    this.labels = labels;
    this.vectors = vectors;
  }

  /**
   * These images, each with a vector to condition a model on, which takes the place of its class.
   *
   * @param ofImages [N, D], float32
   */
  public ImageSet withVectors(Tensor ofImages) {
    if (ofImages.rank() != 2 || ofImages.dim(0) != size()) {
      throw new InputException(
          "%s: %d images, and vectors %s, expected one for each image"
              .formatted(origin, size(), ofImages));
    }
    return new ImageSet(origin, format, levels, labels, ofImages);
  }

  /** Values of an image's vector; 0 without vectors. */
  public int vectorWidth() {
    return vectors == null ? 0 : vectors.dim(1);
  }

  public String origin() {
    return origin;
  }

  public ImageFormat format() {
    return format;
  }

  /** Number of images. */
  public int size() {
    return levels.length / format.dimensions();
  }

  /** One more than the highest class; 0 without classes. */
  public int numClasses() {
    int classes = 0;
    for (int i = 0; labels != null && i < labels.length; i++) {
      classes = Math.max(classes, (labels[i] & 0xFF) + 1);
    }
    return classes;
  }

  /** The class of an image; 0 without classes. */
  public int label(int image) {
    return labels == null ? 0 : labels[image] & 0xFF;
  }

  /** Value number {@code i}, in raster order, of an image. */
  public int level(int image, int i) {
    return levels[image * format.dimensions() + i] & 0xFF;
  }

  /** Images {@code from} (inclusive) to {@code to} (exclusive). */
  public ImageSet range(int from, int to) {
    int size = format.dimensions();
    return new ImageSet(
        origin,
        format,
        Arrays.copyOfRange(levels, from * size, to * size),
        labels == null ? null : Arrays.copyOfRange(labels, from, to),
        vectors == null ? null : vectors.slice(from, to));
  }

  /**
   * The images with fewer levels: the range of levels is cut into equal parts. With 2 levels this
   * is binarisation by a threshold of one half.
   */
  public ImageSet quantised(int newLevels) {
    byte[] reduced = new byte[levels.length];
    for (int i = 0; i < reduced.length; i++) {
      reduced[i] = (byte) ((levels[i] & 0xFF) * newLevels / format.levels());
    }
    return new ImageSet(origin, format.withLevels(newLevels), reduced, labels, vectors);
  }

  /** Images by number as a batch of their own levels. */
  public ImageBatch batch(int[] images) {
    int size = format.dimensions();
    Tensor elements = Tensor.zeros(DType.INT32, images.length, size);
    for (int n = 0; n < images.length; n++) {
      for (int i = 0; i < size; i++) {
        elements.set((long) n * size + i, level(images[n], i));
      }
    }
    return new ImageBatch(elements, condition(images));
  }

  private @Nullable Tensor condition(int[] images) {
    if (vectors != null) {
      Tensor chosen = Tensor.zeros(DType.FLOAT32, images.length, vectors.dim(1));
      for (int n = 0; n < images.length; n++) {
        chosen.slice(n, n + 1).copyFrom(vectors.slice(images[n], images[n] + 1));
      }
      return chosen;
    }
    if (labels == null) {
      return null;
    }
    Tensor classes = Tensor.zeros(DType.INT32, images.length);
    for (int n = 0; n < images.length; n++) {
      classes.set(n, label(images[n]));
    }
    return classes;
  }
}
