package dev.chainrule.experiments.text;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.experiments.training.ScheduleConfig;

/**
 * Everything by which a training run can be repeated or resumed, beside the model's configuration.
 *
 * @param data file, folder or known name, as given
 * @param glob which files of a folder
 * @param validationFraction how much of the end of the text is held out
 * @param batchSize sequences in a batch
 */
record TextRun(
    String data,
    String glob,
    double validationFraction,
    int batchSize,
    ScheduleConfig schedule,
    AdamW.Config optimizer,
    TrainConfig training) {
  TextRun {
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validation_fraction %s, expected at least 0 and less than 1"
              .formatted(validationFraction));
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch %d, expected 1 or more".formatted(batchSize));
    }
  }

  TextRun withTraining(TrainConfig changed) {
    return new TextRun(data, glob, validationFraction, batchSize, schedule, optimizer, changed);
  }
}
