package dev.chainrule.core.run;

import dev.chainrule.base.io.Json;
import dev.chainrule.base.tensorboard.EventFile;
import dev.chainrule.base.tensorboard.EventSummary;
import dev.chainrule.base.tensorboard.Histogram;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Writes how training goes as events that TensorBoard shows: the settings once, a point of each
 * curve a log step and evaluation, and histograms of the weights a checkpoint. They are for looking
 * at: where they cannot be written, the user is told, and training goes on without.
 */
final class TrainingEvents implements TrainingListener {
  private final Path folder;
  private final EventFile file;
  private final long every;
  private final JsonNode settings;
  private final List<? extends TrainingListener> told;
  private boolean failed;

  /** Step of the last histograms: a run may be saved twice at its end. */
  private long weighed = -1;

  /** What is done with the file. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  /**
   * Of a run in a folder.
   *
   * @param every so many steps a point
   * @param told if nothing can be written
   */
  TrainingEvents(
      Path folder, long every, JsonNode settings, List<? extends TrainingListener> told) {
    this.folder = folder;
    this.file = EventFile.in(folder);
    this.every = every;
    this.settings = settings;
    this.told = told;
  }

  @Override
  public void started(long step, TrainConfig.Limits limits) {
    write(
        () -> {
          if (step == 0) {
            removeEarlier();
          } else {
            file.restartAt(step + 1);
          }
          String text = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(settings);
          file.add(
              step, new EventSummary().text("settings", "    " + text.replace("\n", "\n    ")));
        });
  }

  /** Of a run that was begun here and came to no checkpoint. */
  private void removeEarlier() throws IOException {
    if (Files.isDirectory(folder)) {
      try (var files = Files.newDirectoryStream(folder, EventFile.PREFIX + "*.chainrule")) {
        for (Path each : files) {
          Files.delete(each);
        }
      }
    }
  }

  @Override
  public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
    if (step % every == 0) {
      EventSummary summary =
          new EventSummary()
              .scalar("nll/train", nll)
              .scalar("gradient_norm", gradientNorm)
              .scalar("learning_rate", learningRate);
      write(() -> file.add(step, summary));
    }
  }

  @Override
  public void evaluated(long step, double validationNll, boolean best) {
    EventSummary summary =
        new EventSummary()
            .scalar("nll/validation", validationNll)
            .scalar("bits_per_dim/validation", validationNll / Math.log(2));
    write(() -> file.add(step, summary));
  }

  /** Adds histograms of the weights, by name, once a step. */
  void weights(long step, Map<String, Tensor> weights) {
    if (step == weighed) {
      return;
    }
    weighed = step;
    write(
        () -> {
          EventSummary summary = new EventSummary();
          weights.forEach(
              (name, tensor) -> {
                Tensor values = tensor.host();
                if (values.size() > 0) {
                  summary.histogram("weights/" + name, Histogram.of(values.size(), values::get));
                }
              });
          if (!summary.isEmpty()) {
            file.add(step, summary);
          }
        });
  }

  private void write(Writing writing) {
    if (failed) {
      return;
    }
    try {
      writing.run();
    } catch (IOException e) {
      failed = true;
      String sentence =
          "%s cannot be written (%s): training goes on, TensorBoard shows no more of it."
              .formatted(file.path(), e.getMessage());
      told.forEach(listener -> listener.warned(sentence));
    }
  }
}
