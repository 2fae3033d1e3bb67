package dev.chainrule.pixelcnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDataTest {
  @TempDir Path folder;

  private static byte[] idx(int type, int[] dims, byte[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dims.length + values.length);
    bytes.put(new byte[] {0, 0, (byte) type, (byte) dims.length});
    for (int dim : dims) {
      bytes.putInt(dim);
    }
    bytes.put(values);
    return bytes.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gz = new GZIPOutputStream(out)) {
      gz.write(bytes);
    }
    return out.toByteArray();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void idxFilesAreReadGzippedOrNot() throws IOException {
    byte[] values = {0, 1, 2, 3, 4, (byte) 255};
    Path plain = write("a-images-idx3-ubyte", idx(8, new int[] {1, 2, 3}, values));
    Path packed = write("b-images-idx3-ubyte.gz", gzip(Files.readAllBytes(plain)));
    Path labels = write("labels", idx(8, new int[] {1}, new byte[] {7}));
    ImageSet images = IdxFile.images(packed, labels, false);
    assertThat(images.format()).isEqualTo(new ImageFormat(2, 3, 1, 256));
    assertThat(images.level(0, 5)).isEqualTo(255);
    assertThat(images.label(0)).isEqualTo(7);
    assertThat(images.numClasses()).isEqualTo(8);
    ImageSet turned = IdxFile.images(plain, null, true);
    assertThat(turned.format()).isEqualTo(new ImageFormat(3, 2, 1, 256));
    assertThat(turned.batch(new int[] {0}).elements().toInts()).containsExactly(0, 3, 1, 4, 2, 255);
  }

  @Test
  void badIdxFilesAreRefusedInOneSentence() throws IOException {
    byte[] whole = idx(8, new int[] {2, 2, 2}, new byte[8]);
    Path cut = write("cut", Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> IdxFile.read(cut))
        .isInstanceOf(InputException.class)
        .hasMessage(cut + ": 5 values after the header, expected 8 for shape [2, 2, 2]");
    byte[] packed = gzip(idx(8, new int[] {10_000}, new byte[10_000]));
    Path torn = write("torn", Arrays.copyOf(packed, packed.length - 9));
    assertThatThrownBy(() -> IdxFile.read(torn)).hasMessageContaining("no whole gzip file");
    Path text = write("text", "hello world".getBytes());
    assertThatThrownBy(() -> IdxFile.read(text)).hasMessageContaining("is no IDX file");
    Path floats = write("floats", idx(13, new int[] {1}, new byte[4]));
    assertThatThrownBy(() -> IdxFile.read(floats)).hasMessageContaining("type 13");
  }

  @Test
  void cifarRecordsBecomeInterleavedColours() throws IOException {
    byte[] record = new byte[3073];
    record[0] = 3;
    record[1] = 10;
    record[1 + 1024] = 20;
    record[1 + 2048] = 30;
    ImageSet images = CifarFiles.read(List.of(write("data_batch_1.bin", record)));
    assertThat(images.label(0)).isEqualTo(3);
    assertThat(new int[] {images.level(0, 0), images.level(0, 1), images.level(0, 2)})
        .containsExactly(10, 20, 30);
    Path torn = write("data_batch_2.bin", new byte[3000]);
    assertThatThrownBy(() -> CifarFiles.read(List.of(torn)))
        .hasMessageContaining("has 3000 bytes, expected a multiple of 3073");
  }

  @Test
  void imageFilesAreReadResizedAndWritten() throws IOException {
    ImageFormat format = new ImageFormat(2, 2, 3, 256);
    int[] levels = {255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9};
    BufferedImage grid = ImageGrid.draw(List.of(levels), new ImageGrid.Layout(format, 1, 1));
    assertThat(grid.getWidth()).isEqualTo(2 + 2 * 2);
    BufferedImage named =
        ImageGrid.draw(
            List.of(levels), new ImageGrid.Layout(format, 1, 1, "a title", List.of("7")));
    assertThat(named.getWidth()).isEqualTo(grid.getWidth());
    assertThat(named.getHeight()).isEqualTo(grid.getHeight() + 26 + 16);
    assertThat(named.getRGB(2, 2 + 26)).isEqualTo(grid.getRGB(2, 2));
    ImageGrid.write(folder.resolve("x.png"), grid.getSubimage(2, 2, 2, 2));
    assertThat(ImageFiles.levels(ImageFiles.read(folder.resolve("x.png")), format))
        .containsExactly(levels);
    ImageSet grey = ImageFiles.folder(folder, new ImageFormat(4, 6, 1, 16));
    assertThat(grey.size()).isOne();
    Path bad = write("y.png", Arrays.copyOf(Files.readAllBytes(folder.resolve("x.png")), 40));
    assertThatThrownBy(() -> ImageFiles.read(bad))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("y.png");
  }

  /** Java's own conversion to RGB would brighten grey: 64 would become 137. */
  @Test
  void greyImagesAreReadAsTheyAreStored() throws IOException {
    int[] levels = {0, 64, 128, 255};
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
      BufferedImage image = new BufferedImage(4, 1, type);
      int unit = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
      for (int x = 0; x < 4; x++) {
        image.getRaster().setSample(x, 0, 0, levels[x] * unit);
      }
      Path file = folder.resolve(type + ".png");
      ImageIO.write(image, "png", file.toFile());
      ImageFormat format = new ImageFormat(1, 4, 1, 256);
      assertThat(ImageFiles.levels(ImageFiles.read(file), format)).containsExactly(levels);
    }
  }

  @Test
  void transparentPixelsLieOverBlack() {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x80FF0000);
    image.setRGB(1, 0, 0x00FFFFFF);
    assertThat(ImageFiles.levels(image, new ImageFormat(1, 2, 3, 256)))
        .containsExactly(128, 0, 0, 0, 0, 0);
  }

  @Test
  void aMuchLargerImageIsReducedByMeans() {
    BufferedImage board = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 32 * 32; i++) {
      board.getRaster().setSample(i % 32, i / 32, 0, (i + i / 32) % 2 * 255);
    }
    for (int level : ImageFiles.levels(board, new ImageFormat(3, 3, 1, 256))) {
      assertThat(level).isBetween(126, 129);
    }
  }

  @Test
  void batchesFollowFromSeedAndNumberAndVisitEveryImageInAPass() {
    ImageSet digits = DrawnDigits.draw(40, 12, 3);
    ImageBatches batches = new ImageBatches(digits, 2, Binarisation.DYNAMIC, 8, 5);
    ImageBatches same = new ImageBatches(digits, 2, Binarisation.DYNAMIC, 8, 5);
    ImageBatch third = batches.at(2);
    same.at(7);
    assertThat(same.at(2).elements().toInts()).isEqualTo(third.elements().toInts());
    int[] seen = new int[10];
    for (int i = 0; i < 5; i++) {
      for (int label : batches.at(i).condition().toInts()) {
        seen[label]++;
      }
    }
    assertThat(seen).containsOnly(4);
    assertThat(batches.inOrder()).hasSize(5);
  }

  @Test
  void stochasticBinarisationHasTheGreyLevelAsItsMean() {
    byte[] grey = new byte[5000];
    Arrays.fill(grey, (byte) 64);
    ImageSet set = new ImageSet("grey", new ImageFormat(50, 100, 1, 256), grey, null);
    for (Binarisation kind : List.of(Binarisation.FIXED, Binarisation.DYNAMIC)) {
      int[] drawn = new ImageBatches(set, 2, kind, 1, 5).at(0).elements().toInts();
      assertThat(Arrays.stream(drawn).average().orElseThrow()).isCloseTo(64 / 255.0, within(0.03));
    }
    assertThat(new ImageBatches(set, 2, Binarisation.THRESHOLD, 1, 5).at(0).elements().toInts())
        .containsOnly(0);
  }

  @Test
  void fixedBinarisationIsTheSameInEachPass() {
    byte[] grey = new byte[2 * 400];
    Arrays.fill(grey, (byte) 128);
    ImageSet set = new ImageSet("grey", new ImageFormat(20, 20, 1, 256), grey, new byte[] {0, 1});
    for (Binarisation kind : List.of(Binarisation.FIXED, Binarisation.DYNAMIC)) {
      ImageBatches batches = new ImageBatches(set, 2, kind, 1, 5);
      Set<String> different = new HashSet<>();
      for (int pass = 0; pass < 4; pass++) {
        for (int n = 0; n < 2; n++) {
          different.add(Arrays.toString(batches.at(2 * pass + n).elements().toInts()));
        }
      }
      assertThat(different).hasSize(kind == Binarisation.FIXED ? 2 : 8);
    }
  }

  @Test
  void patchesOfAllImagesButOneAreLearnedFrom() throws IOException {
    ImageFormat format = new ImageFormat(8, 8, 3, 256);
    for (String name : List.of("a", "b", "c")) {
      int width = name.equals("c") ? 17 : 10;
      BufferedImage image = new BufferedImage(width, 8, BufferedImage.TYPE_INT_RGB);
      image.setRGB(0, 0, name.charAt(0));
      ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
    }
    ImageSource source = ImagePatches.source(folder, format, "c");
    assertThat(source.training().size()).as("at every second column").isEqualTo(2 * 2);
    assertThat(source.heldOut().size()).as("beside each other").isEqualTo(2);
    assertThat(source.training().level(0, 2)).isEqualTo('a');
    assertThat(source.heldOut().level(0, 2)).isEqualTo('c');
    assertThatThrownBy(() -> ImagePatches.source(folder, format, "d"))
        .hasMessageEndingWith("3 images, expected several and one of them named d");
    ImageFormat larger = new ImageFormat(9, 9, 3, 256);
    assertThatThrownBy(() -> ImagePatches.source(folder, larger, "c"))
        .hasMessageEndingWith(
            "a.png: an image of 8 x 10 pixels (rows x columns), expected a patch of 9 x 9 or more");
    assertThatThrownBy(() -> ImagePatches.source(folder.resolve("d"), format, "c"))
        .hasMessageEndingWith("d: no folder of images, expected one to cut into patches");
  }

  @Test
  void drawnDigitsOfAClassResembleEachOtherMoreThanOthers() {
    ImageSet digits = DrawnDigits.draw(400, 20, 1);
    double[][] means = new double[10][400];
    for (int n = 0; n < 300; n++) {
      for (int i = 0; i < 400; i++) {
        means[digits.label(n)][i] += digits.level(n, i) / 30.0;
      }
    }
    int right = 0;
    for (int n = 300; n < 400; n++) {
      int best = 0;
      for (int c = 1; c < 10; c++) {
        best = distance(digits, n, means[c]) < distance(digits, n, means[best]) ? c : best;
      }
      right += best == digits.label(n) ? 1 : 0;
    }
    assertThat(right).isGreaterThan(60);
  }

  private static double distance(ImageSet set, int image, double[] mean) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += Math.pow(set.level(image, i) - mean[i], 2);
    }
    return sum;
  }

  @Test
  void mnistIsOpenedAndSplit() throws IOException {
    String data = System.getenv("CHAINRULE_DATA");
    assumeTrue(data != null && Files.isDirectory(Path.of(data, "mnist")), "no MNIST files");
    ImageSource source = ImageSource.open(Path.of(data, "mnist").toString(), null);
    assertThat(source.training().size()).isEqualTo(9000);
    assertThat(source.heldOut().size()).isEqualTo(1000);
    assertThat(source.training().label(0)).isEqualTo(7);
    assertThat(source.training().numClasses()).isEqualTo(10);
  }

  @Test
  void aKnownNameIsAFolderBelowADataFolder() throws IOException {
    Path given = Files.createDirectories(folder.resolve("given/mnist")).getParent();
    Path cache = Files.createDirectories(folder.resolve("cache/fashion")).getParent();
    DataFolders folders = new DataFolders(given, cache);
    assertThat(KnownSets.find("mnist", folders)).isEqualTo(given.resolve("mnist"));
    assertThat(KnownSets.find("fashion", folders)).isEqualTo(cache.resolve("fashion"));
    assertThatThrownBy(() -> KnownSets.find("cifar10", folders))
        .hasMessage(
            "cifar10: not found; put the binary files of CIFAR-10 into "
                + given.resolve("cifar10"));
  }

  @Test
  void whatIsNoDataIsRefused() {
    assertThatThrownBy(() -> ImageSource.open("nowhere", null))
        .hasMessageContaining("nowhere: no such file or folder");
    assertThatThrownBy(() -> ImageSource.open(folder.toString(), null))
        .hasMessageContaining("holds no PNG or JPEG image");
  }
}
