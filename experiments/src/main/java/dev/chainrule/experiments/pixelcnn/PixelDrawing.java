package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.base.InputException;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.data.ImageAnimation;
import dev.chainrule.pixelcnn.data.ImageGrid;
import dev.chainrule.pixelcnn.run.PixelModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Draws images with a progress bar and writes them as one picture. */
final class PixelDrawing {
  /** Screen pixels that an image of a grid should have about, in each direction. */
  private static final int CELL = 96;

  /** One image, as {@code --json} prints it. */
  record Sample(@Nullable String file, @Nullable Integer label, double logProb, int elements) {}

  /** All of them. */
  record Result(List<Sample> samples, double elementsPerSecond) {}

  private PixelDrawing() {}

  static List<ImageSampler.Sample> draw(
      PixelModel model, ImageSampler.Request request, double temperature, BooleanSupplier stop) {
    long total = (long) request.given().length * model.network().format().dimensions();
    AtomicLong done = new AtomicLong();
    try (Progress bar = Progress.start("sampling", total, "values")) {
      return model.draw(request, temperature, values -> bar.moveTo(done.addAndGet(values)), stop);
    } catch (CancellationException e) {
      throw new InputException("sampling was stopped before the images were whole", e);
    }
  }

  /** Under the model's name, with the class below each image where it was asked for. */
  static ImageGrid.Layout layout(PixelModel loaded, ImageSampler.Request request, int columns) {
    ImageFormat format = loaded.network().format();
    List<String> captions = new ArrayList<>();
    for (int n = 0; n < request.given().length && loaded.network().numClasses() > 0; n++) {
      captions.add(String.valueOf(label(request, n)));
    }
    String title = loaded.shape().architecture().title();
    return new ImageGrid.Layout(
        format,
        columns,
        scale(format),
        captions.isEmpty() ? title : title + ", each image drawn for the class below it",
        captions);
  }

  /** Writes a grid and says what was drawn. */
  static Result write(
      Path file,
      ImageGrid.Layout layout,
      ImageSampler.Request request,
      List<ImageSampler.Sample> samples,
      double seconds)
      throws IOException {
    List<int[]> images = new ArrayList<>();
    List<Sample> printed = new ArrayList<>();
    long drawn = 0;
    for (int n = 0; n < samples.size(); n++) {
      ImageSampler.Sample sample = samples.get(n);
      images.add(sample.levels());
      printed.add(new Sample(file.toString(), label(request, n), sample.logProb(), sample.drawn()));
      drawn += sample.drawn();
    }
    ImageGrid.write(file, ImageGrid.draw(images, layout));
    return new Result(printed, drawn / seconds);
  }

  private static @Nullable Integer label(ImageSampler.Request request, int image) {
    Tensor condition = request.condition();
    return condition.dtype() == DType.INT32 ? condition.getInt(image) : null;
  }

  /** Writes how the images came about as a moving picture. */
  static void animate(
      Path file,
      ImageGrid.Layout layout,
      ImageSampler.Request request,
      List<ImageSampler.Sample> samples)
      throws IOException {
    List<int[]> drawn = samples.stream().map(ImageSampler.Sample::levels).toList();
    List<int[]> given = List.of(request.given());
    ImageAnimation.write(file, given, drawn, layout);
  }

  private static int scale(ImageFormat format) {
    return Math.max(1, CELL / Math.max(format.height(), format.width()));
  }
}
