package dev.chainrule.pixelcnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLimitsTest {
  @TempDir Path folder;

  /** A small image whose header says another size. */
  private Path png(int width, int height) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", out);
    ByteBuffer bytes = ByteBuffer.wrap(out.toByteArray()).putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(bytes.array(), 12, 17);
    bytes.putInt(29, (int) crc.getValue());
    return Files.write(folder.resolve("a.png"), bytes.array());
  }

  @Test
  void sizesAreComparedBeforeAnImageIsDecoded() throws Exception {
    assertThat(ImageFiles.read(png(3, 2)).getWidth()).isEqualTo(3);
    Path many = png(100_000, 100_000);
    assertThatThrownBy(() -> ImageFiles.read(many))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("100000 x 100000 pixels, expected at most 67,108,864 in all");
    Path empty = png(4000, 4000);
    assertThatThrownBy(() -> ImageFiles.read(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("4000 x 4000 pixels, expected no more than ")
        .hasMessageEndingWith(" bytes can hold");
  }

  /** CVE-2025-66293 and CVE-2026-25646: fewer, or more, transparencies than colours. */
  @ParameterizedTest
  @CsvSource({"3,1", "3,3", "2,3", "1,200", "256,7"})
  void aPaletteWithOtherTransparenciesThanColoursIsReadOrRefused(int colours, int transparencies)
      throws Exception {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    image.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    // 4 x 1 pixels of 8 bits that are numbers of colours.
    chunk(image, "IHDR", new byte[] {0, 0, 0, 4, 0, 0, 0, 1, 8, 3, 0, 0, 0});
    chunk(image, "PLTE", new byte[3 * colours]);
    chunk(image, "tRNS", new byte[transparencies]);
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(pixels)) {
      deflated.write(new byte[] {0, 0, (byte) (colours - 1), 0, 0});
    }
    chunk(image, "IDAT", pixels.toByteArray());
    chunk(image, "IEND", new byte[0]);
    Path file = Files.write(folder.resolve("a.png"), image.toByteArray());
    try {
      assertThat(ImageFiles.read(file).getWidth()).isEqualTo(4);
    } catch (InputException e) {
      assertThat(e).hasMessageStartingWith(file + ": ");
      assertThat(transparencies).isGreaterThan(colours);
    }
  }

  private static void chunk(ByteArrayOutputStream to, String name, byte[] data) {
    byte[] named =
        ByteBuffer.allocate(4 + data.length)
            .put(name.getBytes(StandardCharsets.US_ASCII))
            .put(data)
            .array();
    CRC32 crc = new CRC32();
    crc.update(named);
    to.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    to.writeBytes(named);
    to.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  @Test
  void aSetBeyondWhatAnArrayHoldsIsRefused() throws Exception {
    for (int i = 0; i < 40; i++) {
      Files.copy(png(3, 2), folder.resolve("b" + i + ".png"));
    }
    assertThatThrownBy(() -> ImageFiles.folder(folder, new ImageFormat(4500, 4500, 3, 256)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("its images have 2,490,750,000 values together");
    assertThatThrownBy(() -> new ImageFormat(30_000, 30_000, 3, 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30000 x 30000 pixels");
  }

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte,train-labels-idx1-ubyte",
    "train-images.idx3-ubyte,train-labels.idx1-ubyte",
    "train-images.idx3-ubyte.gz,train-labels.idx1-ubyte.gz",
    "train-images-idx3-ubyte.gz,train-labels.idx1-ubyte",
    "train-images.idx3-ubyte,train-labels-idx1-ubyte.gz",
  })
  void bothSpellingsOfMnistAreFoundWithTheirLabels(String images, String labels) throws Exception {
    byte[] header = {0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 2, 0, 0, 0, 2};
    write(images, concat(header, new byte[40]));
    byte[] classes = {9, 1, 2, 3, 4, 5, 6, 7, 8, 0};
    write(labels, concat(new byte[] {0, 0, 8, 1, 0, 0, 0, 10}, classes));
    ImageSource source = ImageSource.open(folder.toString(), null);
    assertThat(source.training().size()).isEqualTo(9);
    assertThat(source.training().label(0)).isEqualTo(9);
    assertThat(ImageSource.open(folder.resolve(images).toString(), null).training().label(0))
        .isEqualTo(9);
  }

  private void write(String name, byte[] content) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (name.endsWith(".gz")) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(content);
      }
    } else {
      out.writeBytes(content);
    }
    Files.write(folder.resolve(name), out.toByteArray());
  }

  private static byte[] concat(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }

  @Test
  void aGzipThatClaimsMoreThanItCanHoldIsRefused() throws Exception {
    write("a.gz", new byte[] {0, 0, 8, 1, 0x7F, 0, 0, 0, 1, 2, 3});
    assertThatThrownBy(() -> IdxFile.read(folder.resolve("a.gz")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("IDX of shape [2130706432], expected at most the ");
  }

  @Test
  void otherFormatsUnderTheNameOfAnImageAreRefused() throws Exception {
    Path file = folder.resolve("a.png");
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "bmp", file.toFile());
    assertThatThrownBy(() -> ImageFiles.read(file)).hasMessage(file + ": is no PNG or JPEG image");
    Files.write(file, "GIF89a".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> ImageFiles.read(file)).hasMessage(file + ": is no PNG or JPEG image");
  }
}
