package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Random images for tests. */
public final class Images {
  private Images() {}

  /** Images of uniform levels, of class 0 or of a vector of zeros where there are such. */
  public static ImageBatch random(ImageModel model, RandomGenerator rng, int count) {
    Tensor elements = Tensor.zeros(DType.INT32, count, model.format().dimensions());
    for (long i = 0; i < elements.size(); i++) {
      elements.set(i, rng.nextInt(model.format().levels()));
    }
    return new ImageBatch(elements, none(model, count));
  }

  /** The condition that a decoder has where none is given. */
  private static @Nullable Tensor none(ImageModel model, int count) {
    if (model.vectorWidth() > 0) {
      return Tensor.zeros(DType.FLOAT32, count, model.vectorWidth());
    }
    return model.numClasses() == 0 ? null : ImageModel.labels(new int[count]);
  }
}
