package dev.chainrule.experiments.pixelcnn;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each bad input is refused in one sentence that names it, what was found, what was expected. */
class PixelBadInputTest {
  private static final String TINY =
      " --layers 1 --width 3 --batch-size 2 --steps 1 --eval-every 1";

  @TempDir static Path folder;
  private static Path colourModel;

  /** Images of different sizes are no mistake: a folder's images are resized. */
  @BeforeAll
  static void trainOnColourImagesOfDifferentSizes() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int n = 0; n < 6; n++) {
      writePng(images.resolve(n + ".png"), 8 + n, 12 - n, BufferedImage.TYPE_INT_RGB);
    }
    colourModel = folder.resolve("colour");
    PixelShell run = PixelShell.run("train --size 6 --data " + images + TINY + out(colourModel));
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static String out(Path path) {
    return " --out " + path;
  }

  private static void writePng(Path file, int width, int height, int type) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    CounterRandom rng = CounterRandom.of(width);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, rng.nextInt(1 << 24));
    }
    ImageIO.write(image, "png", file.toFile());
  }

  /** An IDX file of random grey images with so many bytes missing at its end. */
  private static Path idx(String name, int images, int size, int missing) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16 + images * size * size);
    bytes.putInt(0x803).putInt(images).putInt(size).putInt(size);
    CounterRandom rng = CounterRandom.of(images);
    while (bytes.hasRemaining()) {
      bytes.put((byte) rng.nextInt(256));
    }
    byte[] all = bytes.array();
    return Files.write(folder.resolve(name), Arrays.copyOf(all, all.length - missing));
  }

  private static void assertRefused(String arguments, int code, String... said) {
    PixelShell run = PixelShell.run(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.err()).contains(said).doesNotContain("\tat ");
    assertThat(run.err().strip().lines()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aCorruptImage() throws IOException {
    Path images = Files.createDirectory(folder.resolve("corrupt"));
    for (int n = 0; n < 6; n++) {
      writePng(images.resolve(n + ".png"), 8, 8, BufferedImage.TYPE_INT_RGB);
    }
    byte[] whole = Files.readAllBytes(images.resolve("3.png"));
    Files.write(images.resolve("3.png"), Arrays.copyOf(whole, whole.length / 2));
    assertRefused(
        "train --size 6 --data " + images + TINY + out(folder.resolve("none")),
        1,
        "3.png: cannot be read as a PNG or JPEG image");
  }

  @Test
  void anIdxFileCutShort() throws IOException {
    Path file = idx("cut-images-idx3-ubyte", 10, 6, 7);
    assertRefused(
        "train --data " + file + TINY + out(folder.resolve("none")),
        1,
        "cut-images-idx3-ubyte: 353 values after the header, expected 360");
  }

  @Test
  void oneChannelWhereThreeAreExpected() throws IOException {
    Path grey = idx("grey-images-idx3-ubyte", 10, 6, 0);
    assertRefused(
        "eval --model " + colourModel + " --data " + grey,
        1,
        "images of 6 x 6 x 1",
        "expected the model's 6 x 6 x 3");
    Path image = folder.resolve("grey.png");
    writePng(image, 6, 6, BufferedImage.TYPE_BYTE_GRAY);
    assertRefused(
        "complete --model " + colourModel + " --image " + image,
        1,
        "grey.png: an image of 1 channel (grey), expected 3 (RGB)");
  }

  @Test
  void anImageOrAMaskOfAnotherSize() throws IOException {
    Path image = folder.resolve("right.png");
    writePng(image, 6, 6, BufferedImage.TYPE_INT_RGB);
    Path mask = folder.resolve("mask.png");
    writePng(mask, 7, 6, BufferedImage.TYPE_BYTE_GRAY);
    assertRefused(
        "complete --model " + colourModel + " --image " + image + " --mask " + mask,
        1,
        "mask.png: an image of 6 x 7 pixels (rows x columns), expected 6 x 6");
    assertRefused(
        "complete --model " + colourModel + " --image " + mask,
        1,
        "mask.png: an image of 6 x 7 pixels");
  }

  @Test
  void aClassWhereThereAreNone() {
    assertRefused(
        "sample --class 0 --model " + colourModel,
        2,
        "--class: found 0, expected nothing, the model has no classes");
    assertRefused("recognise --model " + colourModel, 1, "a model without classes");
    assertRefused(
        "train --architecture plain --classes --data digits" + TINY + out(folder.resolve("none")),
        2,
        "the plain PixelCNN has no classes");
  }

  @Test
  void heldOutImagesThatAreNotLikeTheOthers() throws IOException {
    Path set = Files.createDirectory(folder.resolve("unlike"));
    Files.move(idx("a", 10, 6, 0), set.resolve("train-images-idx3-ubyte"));
    Files.move(idx("b", 10, 7, 0), set.resolve("t10k-images-idx3-ubyte"));
    assertRefused(
        "train --data " + set + TINY + out(folder.resolve("none")),
        1,
        "t10k-images-idx3-ubyte: images of 7 x 7 x 1",
        "expected the model's 6 x 6 x 1");
    Files.move(idx("b", 10, 6, 0), set.resolve("t10k-images-idx3-ubyte"), REPLACE_EXISTING);
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 10, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0};
    Files.write(set.resolve("train-labels-idx1-ubyte"), labels);
    labels[12] = 3;
    Files.write(set.resolve("t10k-labels-idx1-ubyte"), labels);
    assertRefused(
        "train --classes --data " + set + TINY + out(folder.resolve("none")),
        1,
        "t10k-images-idx3-ubyte: images of 4 classes, expected the model's 3");
  }

  @Test
  void anOptionThatTheModelHasNot() {
    for (String option :
        List.of("gated --dropout 0.1", "plain --kernel 5", "row_lstm --kernel 3")) {
      assertRefused(
          "train --data digits --architecture " + option + TINY + out(folder.resolve("none")),
          2,
          option.split(" ")[1] + " is set, but the model " + option.split(" ")[0] + " has none");
    }
  }

  @Test
  void aTemperatureThatIsNone() {
    for (String verb : List.of("sample", "recognise", "complete --image none.png")) {
      for (String temperature : List.of("-1", "NaN", "Infinity")) {
        assertRefused(
            verb + " --model " + colourModel + " --temperature " + temperature,
            2,
            "--temperature: found ",
            "expected a number from 0 to 100");
      }
    }
  }

  @Test
  void aSetThatIsNotOnThisMachine() {
    assertRefused(
        "train --data fashion" + TINY + out(folder.resolve("none")),
        1,
        "fashion: not found; put IDX files of Fashion-MNIST into ");
  }
}
