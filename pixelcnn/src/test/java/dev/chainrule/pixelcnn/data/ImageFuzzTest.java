package dev.chainrule.pixelcnn.data;

import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageFuzzTest {
  private static final ImageFormat FORMAT = new ImageFormat(8, 8, 3, 256);
  private static final int[] SIZES = {1, 2, 3, 5, 8, 16, 0, -1, 65_535, 1_000_000, 8192, 300};
  private static final int[] DEPTHS = {1, 2, 4, 8, 16};
  private static final int[] COLOURS = {0, 2, 3, 4, 6};
  private static final String[] CHUNKS = {"tRNS", "zTXt", "iCCP", "IDAT", "PLTE", "IHDR", "abCd"};

  private static byte[] png(RandomGenerator random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    int width = SIZES[random.nextInt(random.nextInt(3) == 0 ? SIZES.length : 6)];
    int height = SIZES[random.nextInt(random.nextInt(3) == 0 ? SIZES.length : 6)];
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    int colours = COLOURS[random.nextInt(5)];
    header.put((byte) (random.nextInt(3) == 0 ? DEPTHS[random.nextInt(5)] : 8));
    header.put((byte) colours).put((byte) 0).put((byte) 0);
    header.put((byte) (random.nextInt(4) == 0 ? 1 : 0));
    chunk(out, "IHDR", header.array(), random);
    if (colours == 3 || random.nextInt(8) == 0) {
      chunk(out, "PLTE", noise(3 * (1 + random.nextInt(256)), random), random);
    }
    for (int n = random.nextInt(3); n > 0; n--) {
      byte[] content = noise(random.nextInt(40), random);
      chunk(out, CHUNKS[random.nextInt(CHUNKS.length)], content, random);
    }
    byte[] pixels = new byte[random.nextInt(3) == 0 ? random.nextInt(100) : 2500];
    byte[] data = deflated(pixels);
    int cut = random.nextInt(4) == 0 ? random.nextInt(data.length) : data.length;
    chunk(out, "IDAT", java.util.Arrays.copyOf(data, cut), random);
    if (random.nextInt(8) > 0) {
      chunk(out, "IEND", new byte[0], random);
    }
    byte[] file = out.toByteArray();
    return random.nextInt(4) == 0 ? Mutations.bytes(file, random) : file;
  }

  private static void chunk(
      ByteArrayOutputStream out, String tag, byte[] content, RandomGenerator random) {
    byte[] name = tag.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    int length = random.nextInt(60) == 0 ? SIZES[random.nextInt(SIZES.length)] : content.length;
    out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    out.writeBytes(name);
    out.writeBytes(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  private static byte[] noise(int bytes, RandomGenerator random) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] deflated(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(1);
    try (DeflaterOutputStream deflate = new DeflaterOutputStream(out, deflater)) {
      deflate.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static void decode(byte[] bytes) {
    ImageFiles.levels(ImageReading.decode(bytes, ReaderFuzz.ORIGIN), FORMAT);
  }

  /** Deflate makes 1,032 bytes of one, of each of which decoding and fitting take several. */
  @Test
  void pngs() {
    ReaderFuzz.run("png", 60_000, ImageFuzzTest::png, ImageFuzzTest::decode);
  }

  @Test
  void jpegs() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BufferedImage image = new BufferedImage(12, 9, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 12 * 9; i++) {
      image.setRGB(i % 12, i / 12, i * 54321);
    }
    ImageIO.write(image, "jpeg", out);
    byte[] jpeg = out.toByteArray();
    ReaderFuzz.run("jpeg", 60_000, random -> Mutations.bytes(jpeg, random), ImageFuzzTest::decode);
  }

  private static byte[] idx(RandomGenerator random) {
    int rank = random.nextInt(8) == 0 ? random.nextInt(256) : 1 + random.nextInt(4);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int type = random.nextInt(20) == 0 ? random.nextInt(16) : 8;
    out.writeBytes(new byte[] {0, 0, (byte) type, (byte) rank});
    long size = 1;
    for (int i = 0; i < Math.min(rank, 5); i++) {
      int dim = SIZES[random.nextInt(random.nextInt(6) == 0 ? SIZES.length : 5)];
      size *= dim;
      out.writeBytes(ByteBuffer.allocate(4).putInt(dim).array());
    }
    int bytes = random.nextInt(4) == 0 ? random.nextInt(200) : Math.clamp(size, 0, 4000);
    out.writeBytes(new byte[bytes]);
    byte[] file = out.toByteArray();
    file = random.nextInt(4) == 0 ? Mutations.bytes(file, random) : file;
    if (random.nextBoolean()) {
      file = gzipped(file);
      file = random.nextInt(4) == 0 ? Mutations.bytes(file, random) : file;
    }
    return file;
  }

  private static byte[] gzipped(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Gzip makes 1,032 bytes of one, which are gathered and joined. */
  @Test
  void idxFiles() {
    ReaderFuzz.run(
        "idx", 3 * 1032, ImageFuzzTest::idx, bytes -> IdxFile.parse(bytes, ReaderFuzz.ORIGIN));
  }

  private static byte[] cifar(RandomGenerator random) {
    int records = random.nextInt(4);
    byte[] file = new byte[records * 3073];
    random.nextBytes(file);
    for (int i = 0; i < records; i++) {
      file[i * 3073] = (byte) random.nextInt(random.nextInt(8) == 0 ? 256 : 10);
    }
    return random.nextInt(4) == 0 ? Mutations.bytes(file, random) : file;
  }

  @Test
  void cifarFiles() {
    ReaderFuzz.run(
        "cifar",
        8,
        ImageFuzzTest::cifar,
        bytes -> {
          ImageSet images = CifarFiles.parse(bytes, ReaderFuzz.ORIGIN);
          for (int i = 0; i < images.size(); i++) {
            if (images.label(i) < 0 || images.label(i) > 9) {
              throw new AssertionError("class " + images.label(i));
            }
          }
        });
  }
}
