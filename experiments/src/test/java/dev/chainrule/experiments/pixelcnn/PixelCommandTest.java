package dev.chainrule.experiments.pixelcnn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.pixelcnn.data.ImageFiles;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelCommandTest {
  /** Screen pixels of the line above a grid. */
  private static final int TITLE = 26;

  @TempDir static Path folder;
  private static Path model;

  private String err = "";

  @BeforeAll
  static void trainASmallModel() {
    model = folder.resolve("model");
    int code =
        new PixelCommandTest()
            .execute(
                "train --data digits --classes --layers 2 --width 6 --batch-size 4 --steps 3"
                    + " --eval-every 3 --out "
                    + model);
    assertThat(code).isZero();
  }

  private int execute(String arguments) {
    PixelShell run = PixelShell.run(arguments);
    err += run.err();
    return run.code();
  }

  @Test
  void aRunGoesOnFromItsFolder() {
    assertThat(execute("train --resume --steps 4 --out " + model)).isZero();
    assertThat(execute("train --data digits --steps 4 --out " + model)).isEqualTo(1);
    assertThat(err).contains("holds a checkpoint already");
  }

  @Test
  void samplesOfAClassBecomeOnePicture() throws Exception {
    Path out = folder.resolve("samples.png");
    assertThat(execute("sample --class 3 -n 3 --columns 2 --model " + model + " --out " + out))
        .isZero();
    BufferedImage grid = ImageFiles.read(out);
    int cell = 20 * (96 / 20) + 2;
    assertThat(grid.getWidth()).isEqualTo(2 * cell + 2);
    // A title above all, the class below each.
    assertThat(grid.getHeight()).isEqualTo(TITLE + 2 * (cell + 16) + 2);
  }

  @Test
  void theSameSeedGivesTheSamePictureOnAnyNumberOfThreads() throws Exception {
    Path one = folder.resolve("one.png");
    Path two = folder.resolve("two.png");
    String common = "sample -n 3 --seed 5 --model " + model;
    assertThat(execute(common + " --threads 1 --out " + one)).isZero();
    assertThat(execute(common + " --threads 2 --out " + two)).isZero();
    assertThat(Files.readAllBytes(one)).isEqualTo(Files.readAllBytes(two));
  }

  @Test
  void aCompletionKeepsTheTopHalf() throws Exception {
    BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 20; x++) {
      image.setRGB(x, 3, 0xFFFFFF);
    }
    Path given = folder.resolve("given.png");
    ImageIO.write(image, "png", given.toFile());
    Path out = folder.resolve("completed.png");
    assertThat(execute("complete -n 2 --model " + model + " --image " + given + " --out " + out))
        .isZero();
    BufferedImage grid = ImageFiles.read(out);
    int scale = 96 / 20;
    for (int x = 0; x < 20; x++) {
      assertThat(grid.getRGB(2 + x * scale, TITLE + 2 + 3 * scale) & 0xFFFFFF).isEqualTo(0xFFFFFF);
      assertThat(grid.getRGB(2 + x * scale, TITLE + 2 + 4 * scale) & 0xFFFFFF).isZero();
    }
  }

  @Test
  void anAnimationEndsWithTheSamples() throws Exception {
    Path png = folder.resolve("still.png");
    Path gif = folder.resolve("moving.gif");
    assertThat(execute("sample -n 2 --model " + model + " --out " + png + " --animate " + gif))
        .isZero();
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(gif.toFile())) {
      reader.setInput(in);
      int frames = reader.getNumImages(true);
      assertThat(frames).isGreaterThan(20);
      BufferedImage still = ImageFiles.read(png);
      BufferedImage last = reader.read(frames - 1);
      BufferedImage first = reader.read(0);
      for (int i = 0; i < still.getWidth() * still.getHeight(); i += 7) {
        int x = i % still.getWidth();
        int y = i / still.getWidth();
        assertThat(last.getRGB(x, y)).isEqualTo(still.getRGB(x, y));
      }
      assertThat(first.getRGB(5, TITLE + 5))
          .as("a pixel not yet drawn")
          .isNotEqualTo(still.getRGB(5, TITLE + 5));
    }
  }

  @Test
  void imagesAreLearnedAndDrawnOfVectors() throws Exception {
    Path vectors = folder.resolve("vectors.csv");
    Files.write(
        vectors, IntStream.range(0, 6000).mapToObj(n -> n % 10 + "," + 0.1 * (n % 7)).toList());
    Path trained = folder.resolve("of-vectors");
    String sizes = " --layers 1 --width 6 --batch-size 2 --steps 1 --eval-every 1 --out ";
    assertThat(execute("train --data digits --vectors " + vectors + sizes + trained)).isZero();
    assertThat(execute("eval --model " + trained)).isZero();
    Path wanted = Files.writeString(folder.resolve("wanted.csv"), "3,0.5\n-1,2\n");
    Path out = folder.resolve("of-vectors.png");
    String sample = "sample -n 4 --model " + trained + " --out " + out;
    assertThat(execute(sample + " --vectors " + wanted)).isZero();
    assertThat(execute(sample)).isEqualTo(2);
    assertThat(err).contains("--vectors: found nothing, expected a file of vectors of 2 values.");
    for (String bad : List.of("x", "NaN", "1e300")) {
      Files.writeString(wanted, "3,0.5\n\n1," + bad + "\n");
      assertThat(execute(sample + " --vectors " + wanted)).isEqualTo(1);
      assertThat(err).contains("wanted.csv:3: found \"" + bad + "\", expected a finite number");
    }
    Files.writeString(wanted, "3,0.5\n1,2,3\n");
    assertThat(execute(sample + " --vectors " + wanted)).isEqualTo(1);
    assertThat(err)
        .contains("wanted.csv: expected lines of as many numbers", " 3 fields", " 2 fields");
    Files.writeString(wanted, "1\n");
    assertThat(execute("train --data digits --vectors " + wanted + sizes + folder + "/other"))
        .isEqualTo(1);
    assertThat(err).contains("wanted.csv: 1 lines, expected 6000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "row_lstm", "diagonal_bilstm", "transformer"})
  void everyModelIsTrainedAndSampledByTheSameCommands(String name) {
    Path trained = folder.resolve(name);
    String sizes = " --layers 1 --width 6 --batch-size 2 --steps 1 --eval-every 1 --out ";
    assertThat(execute("train --data digits --architecture " + name + sizes + trained)).isZero();
    Path out = folder.resolve(name + ".png");
    assertThat(execute("sample -n 1 --model " + trained + " --out " + out)).isZero();
    assertThat(out).exists();
  }

  @Test
  void evaluationUsesTheDataOfTheRun() {
    assertThat(execute("eval --model " + model)).isZero();
  }

  @Test
  void badInputIsNamed() throws Exception {
    assertThat(execute("sample --class 10 --model " + model)).isEqualTo(2);
    assertThat(err).contains("--class: found 10, expected 0 to 9");
    Path small = folder.resolve("small.png");
    ImageIO.write(new BufferedImage(5, 6, BufferedImage.TYPE_INT_RGB), "png", small.toFile());
    assertThat(execute("complete --model " + model + " --image " + small)).isEqualTo(1);
    assertThat(err)
        .contains("small.png: an image of 6 x 5 pixels (rows x columns), expected 20 x 20");
    assertThat(execute("train --data nowhere --out " + folder.resolve("x"))).isEqualTo(1);
    assertThat(err).contains("nowhere: no such file or folder");
    assertThat(execute("train --data digits --levels 4 --binarisation dynamic --out x"))
        .isEqualTo(2);
    assertThat(err).contains("expected 2");
  }
}
