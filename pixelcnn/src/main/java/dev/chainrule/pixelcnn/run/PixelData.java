package dev.chainrule.pixelcnn.run;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.data.Binarisation;
import dev.chainrule.pixelcnn.data.ConditionFile;
import dev.chainrule.pixelcnn.data.ImagePatches;
import dev.chainrule.pixelcnn.data.ImageSet;
import dev.chainrule.pixelcnn.data.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a model's images are read, checked and named. */
public final class PixelData {
  /** Held-out images are binarised with this seed, whatever the run's, to be comparable. */
  public static final long HELD_OUT_SEED = 1;

  private PixelData() {}

  /**
   * Opens images.
   *
   * @param image what images of a folder are made, or the size of patches
   * @param holdOut the image of a folder whose patches are held out; null where none is cut
   * @param vectors CSV file of a vector for each image; null where there are none
   */
  public static ImageSource open(
      String data, ImageFormat image, @Nullable String holdOut, @Nullable String vectors)
      throws IOException {
    ImageSource source =
        holdOut == null
            ? ImageSource.open(data, image)
            : ImagePatches.source(Path.of(data), image, holdOut);
    return vectors == null ? source : ConditionFile.join(source, Path.of(vectors));
  }

  /** The kind of levels in words, which belongs beside every likelihood. */
  public static String describe(Binarisation binarisation, int levels) {
    return binarisation == Binarisation.THRESHOLD
        ? levels == 2 ? "binarised at 0.5" : levels + " levels"
        : binarisation + " binarisation";
  }

  /** Refuses images of another size or without the classes that the model needs. */
  public static void requireFit(ImageSet images, ImageModel model) {
    ImageFormat expected = model.format();
    if (!images.format().withLevels(expected.levels()).equals(expected)) {
      throw new InputException(
          "%s: images of %s, expected the model's %s"
              .formatted(images.origin(), images.format(), expected));
    }
    if (images.vectorWidth() != model.vectorWidth()) {
      throw new InputException(
          "%s: images with vectors of %d values, expected the model's %d"
              .formatted(images.origin(), images.vectorWidth(), model.vectorWidth()));
    }
    if (model.numClasses() > 0
        && (images.numClasses() == 0 || images.numClasses() > model.numClasses())) {
      throw new InputException(
          "%s: images of %d classes, expected the model's %d"
              .formatted(images.origin(), images.numClasses(), model.numClasses()));
    }
  }
}
