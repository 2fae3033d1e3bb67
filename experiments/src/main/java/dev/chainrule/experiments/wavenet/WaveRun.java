package dev.chainrule.experiments.wavenet;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.experiments.training.ScheduleConfig;

/**
 * Everything by which a training run can be repeated or resumed, beside the model's configuration.
 *
 * @param source of the clips
 * @param batchSize crops in a batch
 * @param cropLength samples in a crop
 */
record WaveRun(
    WaveData.Source source,
    int batchSize,
    int cropLength,
    ScheduleConfig schedule,
    AdamW.Config optimizer,
    TrainConfig training) {
  WaveRun {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch %d, expected 1 or more".formatted(batchSize));
    }
    if (cropLength < 1) {
      throw new IllegalArgumentException("crop %d, expected 1 or more".formatted(cropLength));
    }
  }

  /** The same run on these clips, which may have moved, for another time. */
  WaveRun goingOn(WaveData.Source clips, TrainConfig changed) {
    return new WaveRun(clips, batchSize, cropLength, schedule, optimizer, changed);
  }
}
