package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of MNIST's IDX format, gzipped or not: two zero bytes, the type (8: unsigned bytes), the
 * number of dimensions, their sizes as big-endian 32-bit integers, then the values.
 *
 * @param dims sizes of the dimensions
 * @param values unsigned
 */
@SuppressWarnings("ArrayRecordComponent")
record IdxFile(int[] dims, byte[] values) {
  private static final int UNSIGNED_BYTE = 8;
  private static final int MAX_RANK = 4;

  /**
   * Reads a file.
   *
   * @throws InputException if it is no IDX file of unsigned bytes, or cut short
   */
  public static IdxFile read(Path file) throws IOException {
    return parse(FileBytes.read(file), file.toString());
  }

  static IdxFile parse(byte[] content, String origin) {
    boolean gzipped =
        content.length > 1 && (content[0] & 0xFF) == 0x1F && (content[1] & 0xFF) == 0x8B;
    long longest = gzipped ? FileBytes.DEFLATE_EXPANSION * content.length : content.length;
    try (InputStream plain = new ByteArrayInputStream(content);
        InputStream in = gzipped ? new GZIPInputStream(plain) : plain) {
      int[] dims = dims(in, origin);
      int size = size(dims, longest, origin);
      byte[] values = in.readNBytes(size);
      if (values.length < size || in.read() >= 0) {
        throw new InputException(
            "%s: %s values after the header, expected %d for shape %s"
                .formatted(
                    origin,
                    values.length < size ? values.length : "more",
                    size,
                    Arrays.toString(dims)));
      }
      return new IdxFile(dims, values);
    } catch (IOException e) {
      throw new InputException(
          "%s: is no whole gzip file (%s)"
              .formatted(origin, e.getMessage() == null ? "it ends early" : e.getMessage()),
          e);
    }
  }

  private static int[] dims(InputStream in, String origin) throws IOException {
    byte[] start = in.readNBytes(4);
    if (start.length < 4 || start[0] != 0 || start[1] != 0) {
      throw new InputException(origin + ": is no IDX file, which begins with two zero bytes");
    }
    int rank = start[3];
    byte[] sizes = in.readNBytes(Integer.BYTES * Math.clamp(rank, 0, MAX_RANK));
    if (start[2] != UNSIGNED_BYTE
        || rank < 1
        || rank > MAX_RANK
        || sizes.length < Integer.BYTES * rank) {
      throw new InputException(
          "%s: IDX of type %d with %d dimensions, expected type 8 (unsigned bytes) and 1 to 4"
              .formatted(origin, start[2], rank));
    }
    int[] dims = new int[rank];
    ByteBuffer.wrap(sizes).asIntBuffer().get(dims);
    return dims;
  }

  /** Values of this shape; compared with what the file can hold before memory is asked for. */
  private static int size(int[] dims, long longest, String origin) {
    long size = 1;
    for (int dim : dims) {
      size *= dim;
      if (dim < 1 || size > FileBytes.MAX) {
        throw new InputException(
            "%s: IDX of shape %s, expected positive sizes of less than 2 GB in all"
                .formatted(origin, Arrays.toString(dims)));
      }
    }
    if (size > longest) {
      throw new InputException(
          "%s: IDX of shape %s, expected at most the %d values that its bytes can hold"
              .formatted(origin, Arrays.toString(dims), longest));
    }
    return (int) size;
  }

  /**
   * Grey images and, if there is a file of them, their classes.
   *
   * @param transposed whether rows and columns are exchanged, as in EMNIST's files
   */
  public static ImageSet images(Path imageFile, @Nullable Path labelFile, boolean transposed)
      throws IOException {
    IdxFile images = read(imageFile);
    if (images.dims.length != 3) {
      throw new InputException(
          "%s: IDX of shape %s, expected [images, rows, columns]"
              .formatted(imageFile, Arrays.toString(images.dims)));
    }
    byte[] labels = null;
    if (labelFile != null) {
      IdxFile read = read(labelFile);
      if (read.dims.length != 1 || read.dims[0] != images.dims[0]) {
        throw new InputException(
            "%s: IDX of shape %s, expected [%d], a class for each image of %s"
                .formatted(labelFile, Arrays.toString(read.dims), images.dims[0], imageFile));
      }
      labels = read.values;
    }
    int height = images.dims[1];
    int width = images.dims[2];
    byte[] values = transposed ? transpose(images.values, height, width) : images.values;
    ImageFormat format;
    try {
      format =
          transposed
              ? new ImageFormat(width, height, 1, 256)
              : new ImageFormat(height, width, 1, 256);
    } catch (IllegalArgumentException e) {
      throw new InputException(imageFile + ": " + e.getMessage(), e);
    }
    return new ImageSet(imageFile.toString(), format, values, labels);
  }

  private static byte[] transpose(byte[] values, int height, int width) {
    byte[] result = new byte[values.length];
    int size = height * width;
    for (int i = 0; i < values.length; i++) {
      int within = i % size;
      result[i - within + within % width * height + within / width] = values[i];
    }
    return result;
  }
}
