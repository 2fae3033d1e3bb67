package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.data.ImageFiles;
import dev.chainrule.pixelcnn.run.PixelModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule pixelcnn complete}. */
@Command(
    name = "complete",
    description =
        "Draw the missing part of an image, several times; each pixel is drawn given those before"
            + " it in raster order, given or drawn.")
final class PixelComplete extends Verb {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "FILE",
      description = "A PNG or JPEG image of the model's size.")
  Path image;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description =
          "An image of the same size, white where the image is kept, black where it is drawn"
              + " (default: the top half is kept).")
  @Nullable Path mask;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Completions to draw.")
  int n = 8;

  @Mixin ConditionOptions conditions = new ConditionOptions();

  @Option(names = "--temperature", paramLabel = "T", description = "Divides logits.")
  double temperature = 1;

  @Override
  protected Target target() {
    return Target.file(Path.of("completions.png"), ".png");
  }

  @Override
  protected Object run() throws Exception {
    if (n < 1) {
      throw badOption("--samples", n, "a whole number from 1");
    }
    if (!(temperature >= 0 && temperature <= 100)) {
      throw badOption("--temperature", temperature, "a number from 0 to 100");
    }
    PixelModel loaded = PixelModel.open(model).on(common().compute());
    ImageFormat format = loaded.network().format();
    int[] given = levels(image, format);
    int[] kept =
        mask == null
            ? topHalf(format)
            : levels(mask, new ImageFormat(format.height(), format.width(), 1, 2));
    for (int i = 0; i < given.length; i++) {
      given[i] = kept[i / format.channels()] == 0 ? ImageSampler.UNKNOWN : given[i];
    }
    int[][] all = new int[n][];
    Arrays.fill(all, given);
    Tensor condition = conditions.of(loaded.network(), n);
    ImageSampler.Request request = new ImageSampler.Request(all, condition, common().seed());
    long begun = System.nanoTime();
    List<ImageSampler.Sample> samples =
        PixelDrawing.draw(loaded, request, temperature, this::stopRequested);
    double seconds = (System.nanoTime() - begun) / 1e9;
    Path out = Objects.requireNonNull(out());
    PixelDrawing.Result result =
        PixelDrawing.write(out, PixelDrawing.layout(loaded, request, n), request, samples, seconds);
    output().printf(Locale.ROOT, "%d completions of %s in %s%n", n, image, out);
    return result;
  }

  private static int[] topHalf(ImageFormat format) {
    int[] kept = new int[format.height() * format.width()];
    Arrays.fill(kept, 0, format.height() / 2 * format.width(), 1);
    return kept;
  }

  private static int[] levels(Path file, ImageFormat format) throws IOException {
    BufferedImage read = ImageFiles.read(file);
    if (read.getWidth() != format.width() || read.getHeight() != format.height()) {
      throw new InputException(
          "%s: an image of %d x %d pixels (rows x columns), expected %d x %d"
              .formatted(file, read.getHeight(), read.getWidth(), format.height(), format.width()));
    }
    int components = read.getColorModel().getNumColorComponents();
    if (components < format.channels()) {
      throw new InputException(
          "%s: an image of %d channel (grey), expected %d (RGB)"
              .formatted(file, components, format.channels()));
    }
    return ImageFiles.levels(read, format);
  }
}
