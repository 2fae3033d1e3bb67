package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.experiments.training.ScheduleConfig;
import dev.chainrule.pixelcnn.data.Binarisation;
import org.jspecify.annotations.Nullable;

/**
 * Everything by which a training run can be repeated or resumed, beside the model's shape.
 *
 * @param data set, file or folder, as given
 * @param holdOut image of the folder whose patches are held out; null where nothing is cut
 * @param vectors CSV file of a vector for each image; null where there are none
 * @param binarisation how grey levels become the model's
 * @param batchSize images in a batch
 */
record PixelRun(
    String data,
    @Nullable String holdOut,
    @Nullable String vectors,
    Binarisation binarisation,
    int batchSize,
    ScheduleConfig schedule,
    AdamW.Config optimizer,
    TrainConfig training) {
  PixelRun {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch %d, expected 1 or more".formatted(batchSize));
    }
  }

  PixelRun withTraining(TrainConfig changed) {
    return new PixelRun(
        data, holdOut, vectors, binarisation, batchSize, schedule, optimizer, changed);
  }
}
