package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A file of MNIST's IDX format, gzipped or not: two zero bytes, the type (8: unsigned bytes), the
 * number of dimensions, their sizes as big-endian 32-bit integers, then the values.
 *
 * @param dims sizes of the dimensions
 * @param values unsigned
 */
@SuppressWarnings("ArrayRecordComponent")
public record IdxFile(int[] dims, byte[] values) {
  private static final int UNSIGNED_BYTE = 8;

  /**
   * Reads a file.
   *
   * @throws InputException if it is no IDX file of unsigned bytes, or cut short
   */
  public static IdxFile read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content(file));
    if (bytes.remaining() < 4 || bytes.getShort() != 0) {
      throw new InputException(file + ": is no IDX file, which begins with two zero bytes");
    }
    int type = bytes.get();
    int rank = bytes.get();
    if (type != UNSIGNED_BYTE || rank < 1 || rank > 4 || bytes.remaining() < 4 * rank) {
      throw new InputException(
          "%s: IDX of type %d with %d dimensions, expected type 8 (unsigned bytes) and 1 to 4"
              .formatted(file, type, rank));
    }
    int[] dims = new int[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      dims[i] = bytes.getInt();
      size *= dims[i];
      if (dims[i] < 1 || size > Integer.MAX_VALUE) {
        throw new InputException(
            "%s: IDX of shape %s, expected positive sizes of less than 2 GB in all"
                .formatted(file, Arrays.toString(dims)));
      }
    }
    if (bytes.remaining() != size) {
      throw new InputException(
          "%s: %d values after the header, expected %d for shape %s"
              .formatted(file, bytes.remaining(), size, Arrays.toString(dims)));
    }
    byte[] values = new byte[(int) size];
    bytes.get(values);
    return new IdxFile(dims, values);
  }

  private static byte[] content(Path file) throws IOException {
    byte[] raw = Files.readAllBytes(file);
    boolean gzipped = raw.length > 1 && (raw[0] & 0xFF) == 0x1F && (raw[1] & 0xFF) == 0x8B;
    if (!gzipped) {
      return raw;
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    } catch (ZipException | java.io.EOFException e) {
      throw new InputException("%s: is no whole gzip file (%s)".formatted(file, e.getMessage()), e);
    }
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
    ImageFormat format =
        transposed
            ? new ImageFormat(width, height, 1, 256)
            : new ImageFormat(height, width, 1, 256);
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
