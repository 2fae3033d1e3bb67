package dev.chainrule.experiments.pixelcnn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.cli.Failures;
import dev.chainrule.pixelcnn.data.ImageFiles;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PixelCommandTest {
  @TempDir static Path folder;
  private static Path model;

  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void trainASmallModel() {
    model = folder.resolve("model");
    int code =
        new PixelCommandTest()
            .execute(
                "train --data digits --classes --layers 2 --width 6 --batch 4 --steps 3"
                    + " --eval-every 3 --out "
                    + model);
    assertThat(code).isZero();
  }

  private int execute(String arguments) {
    Failures failures = new Failures();
    return new CommandLine(new PixelCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setErr(new PrintWriter(err, true))
        .execute(arguments.split(" "));
  }

  @Test
  void aRunGoesOnFromItsFolder() {
    assertThat(execute("train --resume --steps 4 --out " + model)).isZero();
    assertThat(execute("train --data digits --steps 4 --out " + model)).isEqualTo(1);
    assertThat(err.toString()).contains("holds a checkpoint already");
  }

  @Test
  void samplesOfAClassBecomeOnePicture() throws Exception {
    Path out = folder.resolve("samples.png");
    assertThat(execute("sample --class 3 --n 3 --columns 2 --model " + model + " --out " + out))
        .isZero();
    BufferedImage grid = ImageFiles.read(out);
    int cell = 20 * (96 / 20) + 2;
    assertThat(grid.getWidth()).isEqualTo(2 * cell + 2);
    assertThat(grid.getHeight()).isEqualTo(2 * cell + 2);
  }

  @Test
  void theSameSeedGivesTheSamePictureOnAnyNumberOfThreads() throws Exception {
    Path one = folder.resolve("one.png");
    Path two = folder.resolve("two.png");
    String common = "sample --n 3 --seed 5 --model " + model;
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
    assertThat(execute("complete --n 2 --model " + model + " --image " + given + " --out " + out))
        .isZero();
    BufferedImage grid = ImageFiles.read(out);
    int scale = 96 / 20;
    for (int x = 0; x < 20; x++) {
      assertThat(grid.getRGB(2 + x * scale, 2 + 3 * scale) & 0xFFFFFF).isEqualTo(0xFFFFFF);
      assertThat(grid.getRGB(2 + x * scale, 2 + 4 * scale) & 0xFFFFFF).isZero();
    }
  }

  @Test
  void evaluationUsesTheDataOfTheRun() {
    assertThat(execute("eval --model " + model)).isZero();
  }

  @Test
  void badInputIsNamed() throws Exception {
    assertThat(execute("sample --class 10 --model " + model)).isEqualTo(2);
    assertThat(err.toString()).contains("--class: found 10, expected 0 to 9");
    Path small = folder.resolve("small.png");
    ImageIO.write(new BufferedImage(5, 6, BufferedImage.TYPE_INT_RGB), "png", small.toFile());
    assertThat(execute("complete --model " + model + " --image " + small)).isEqualTo(1);
    assertThat(err.toString())
        .contains("small.png: an image of 6 x 5 pixels (rows x columns), expected 20 x 20");
    assertThat(execute("train --data nowhere --out " + folder.resolve("x"))).isEqualTo(1);
    assertThat(err.toString()).contains("nowhere: no such file or folder");
    assertThat(execute("train --data digits --levels 4 --binarisation dynamic --out x"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("expected 2");
  }
}
