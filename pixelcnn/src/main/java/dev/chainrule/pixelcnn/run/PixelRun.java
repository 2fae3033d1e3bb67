package dev.chainrule.pixelcnn.run;

import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.data.ImageBatches;
import dev.chainrule.pixelcnn.data.ImageSet;
import dev.chainrule.pixelcnn.data.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Runs that train a model of images. */
public final class PixelRun {
  private static final int EVALUATION_BATCH = 50;
  private static final PixelKind KIND = new PixelKind();

  private PixelRun() {}

  /**
   * A run from its first step.
   *
   * @param data set, file or folder
   * @param out the folder that gets the model
   */
  public static TrainingRun<ImageBatch> begin(String data, PixelTraining training, Path out)
      throws IOException {
    PixelTraining.Images images = training.images();
    ImageSource source = PixelData.open(data, images.resize(), images.holdOut(), images.vectors());
    ImageSet learned = source.training();
    int numClasses = training.classes() ? learned.numClasses() : 0;
    if (training.classes() && numClasses == 0) {
      throw new IllegalArgumentException(
          "classes are asked for, but %s has none, expected images with classes"
              .formatted(learned.origin()));
    }
    Architecture.Condition condition =
        new Architecture.Condition(numClasses, learned.vectorWidth());
    ImageFormat format = learned.format().withLevels(images.levels());
    PixelShape shape =
        new PixelShape(
            training.architecture(),
            training.architecture().config(training.sizes(), format, condition));
    StoredOptions<PixelSource> options =
        new StoredOptions<>(
            new PixelSource(data, images.holdOut(), images.vectors(), images.binarisation()),
            training.recipe());
    ImageModel model = shape.model();
    return TrainingRun.begin(
        subject(shape, model, options), data(source, shape, model, options), out);
  }

  /**
   * A run that goes on from the checkpoint in its folder, as it was but for how long.
   *
   * @param data if it lies elsewhere now
   * @param length what of the recipe is other, which may only be its length
   */
  public static TrainingRun<ImageBatch> resume(
      Path out, @Nullable String data, UnaryOperator<Recipe> length) throws IOException {
    Checkpoint checkpoint = KIND.checkpoint(out);
    Checkpoint.Config config = checkpoint.config();
    StoredOptions<PixelSource> stored = StoredOptions.of(out, config, PixelSource.class);
    PixelSource from = data == null ? stored.data() : stored.data().withData(data);
    StoredOptions<PixelSource> options = new StoredOptions<>(from, length.apply(stored.recipe()));
    PixelShape shape = KIND.configuration(out, config);
    ImageModel model = checkpoint.construct(shape::model);
    ImageFormat format = shape.image().withLevels(256);
    ImageSource source = PixelData.open(from.data(), format, from.holdOut(), from.vectors());
    return TrainingRun.resume(
        subject(shape, model, options), data(source, shape, model, options), out);
  }

  private static TrainingRun.Subject<PixelShape, ImageBatch> subject(
      PixelShape shape, ImageModel model, StoredOptions<PixelSource> options) {
    return new TrainingRun.Subject<>(KIND, shape, model, options, empty -> {});
  }

  private static TrainingRun.Data<ImageBatch> data(
      ImageSource source, PixelShape shape, ImageModel model, StoredOptions<PixelSource> options) {
    PixelData.requireFit(source.training(), model);
    PixelData.requireFit(source.heldOut(), model);
    int levels = shape.image().levels();
    Recipe recipe = options.recipe();
    ImageBatches learned =
        new ImageBatches(
            source.training(),
            levels,
            options.data().binarisation(),
            recipe.batchSize(),
            recipe.training().seed());
    ImageBatches heldOut =
        new ImageBatches(
            source.heldOut(),
            levels,
            options.data().binarisation(),
            EVALUATION_BATCH,
            PixelData.HELD_OUT_SEED);
    String description =
        String.format(
            Locale.ROOT,
            "%s: %,d images to learn, %,d held out; %s, %s; %,d parameters",
            source.training().origin(),
            source.training().size(),
            source.heldOut().size(),
            shape.image(),
            PixelData.describe(options.data().binarisation(), levels),
            model.parameters().count());
    return TrainingRun.Data.of(learned, heldOut.inOrder(), description);
  }
}
