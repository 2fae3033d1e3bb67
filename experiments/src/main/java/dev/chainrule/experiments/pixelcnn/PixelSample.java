package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.data.ImageGrid;
import dev.chainrule.pixelcnn.run.PixelModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule pixelcnn sample}. */
@Command(name = "sample", description = "Draw images; --out gets a PNG file with all of them.")
final class PixelSample extends Verb {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Images to draw.")
  int n = 16;

  @Mixin ConditionOptions conditions = new ConditionOptions();

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Divides logits: below 1 safer, above 1 wilder, 0 greedy.")
  double temperature = 1;

  @Option(names = "--columns", paramLabel = "N", description = "Images in a row of the grid.")
  int columns = 8;

  @Option(
      names = "--animate",
      paramLabel = "FILE",
      description =
          "Also write a GIF file that shows the images as they are drawn, pixel by pixel.")
  @Nullable Path animation;

  @Override
  protected Target target() {
    return Target.file(Path.of("samples.png"), ".png");
  }

  @Override
  protected Object run() throws Exception {
    requireWritable("--animate", animation, ".gif");
    if (n < 1) {
      throw badOption("--samples", n, "a whole number from 1");
    }
    if (columns < 1) {
      throw badOption("--columns", columns, "a whole number from 1");
    }
    if (!(temperature >= 0 && temperature <= 100)) {
      throw badOption("--temperature", temperature, "a number from 0 to 100");
    }
    PixelModel loaded = PixelModel.open(model).on(common().compute());
    Path out = Objects.requireNonNull(out());
    ImageSampler.Request request =
        ImageSampler.Request.whole(
            loaded.network().format(), conditions.of(loaded.network(), n), common().seed());
    long begun = System.nanoTime();
    List<ImageSampler.Sample> samples =
        PixelDrawing.draw(loaded, request, temperature, this::stopRequested);
    double seconds = (System.nanoTime() - begun) / 1e9;
    ImageGrid.Layout layout = PixelDrawing.layout(loaded, request, Math.min(columns, n));
    PixelDrawing.Result result = PixelDrawing.write(out, layout, request, samples, seconds);
    if (animation != null) {
      PixelDrawing.animate(animation, layout, request, samples);
    }
    output()
        .printf(
            Locale.ROOT,
            "%d images in %s: %.1f ms an image, %,.0f values a second%n",
            n,
            out,
            seconds * 1e3 / n,
            result.elementsPerSecond());
    return result;
  }
}
