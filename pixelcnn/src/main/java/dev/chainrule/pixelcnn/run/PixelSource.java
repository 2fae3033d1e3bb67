package dev.chainrule.pixelcnn.run;

import dev.chainrule.pixelcnn.data.Binarisation;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's images come from, as its checkpoint keeps it.
 *
 * @param data set, file or folder, as given
 * @param holdOut image of the folder whose patches are held out; null where nothing is cut
 * @param vectors CSV file of a vector for each image; null where there are none
 * @param binarisation how grey levels become the model's
 */
public record PixelSource(
    String data, @Nullable String holdOut, @Nullable String vectors, Binarisation binarisation) {
  /** The same, kept elsewhere now. */
  PixelSource withData(String other) {
    return new PixelSource(other, holdOut, vectors, binarisation);
  }
}
