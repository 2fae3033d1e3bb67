package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.util.random.RandomGenerator;

/** Random images for tests. */
public final class Images {
  private Images() {}

  /** Images of independent uniform levels, all of class 0 where there are classes. */
  public static ImageBatch random(ImageModel model, RandomGenerator rng, int count) {
    Tensor elements = Tensor.zeros(DType.INT32, count, model.format().dimensions());
    for (long i = 0; i < elements.size(); i++) {
      elements.set(i, rng.nextInt(model.format().levels()));
    }
    return new ImageBatch(
        elements, model.numClasses() == 0 ? null : ImageModel.labels(new int[count]));
  }
}
