package dev.chainrule.experiments.report;

import dev.chainrule.base.tensorboard.EventFile;
import dev.chainrule.base.tensorboard.EventSummary;
import dev.chainrule.base.tensorboard.Histogram;
import dev.chainrule.core.safetensors.SafetensorsFile;
import dev.chainrule.core.safetensors.StoredTensor;
import dev.chainrule.core.train.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run as events that TensorBoard shows, with what a report shows of it. */
final class RunEvents {
  private RunEvents() {}

  /**
   * Writes a file of events into a folder: curves, settings, samples and weights.
   *
   * @return the file
   */
  static Path write(Path folder, ReportedRun run, List<Exhibit> exhibits) throws IOException {
    EventFile file = EventFile.in(folder);
    long last = 0;
    StringBuilder settings = new StringBuilder("| key | value |\n|---|---|\n");
    for (Map.Entry<String, String> setting : run.settings().entrySet()) {
      settings.append("| %s | %s |\n".formatted(setting.getKey(), setting.getValue()));
    }
    file.add(0, new EventSummary().text("settings", settings.toString()));
    for (MetricsLog.Line line : run.metrics()) {
      EventSummary summary = new EventSummary();
      add(summary, "nll/train", line.trainNll());
      add(summary, "nll/validation", line.validationNll());
      add(summary, "bits_per_dim/validation", line.validationBitsPerDim());
      add(summary, "gradient_norm", line.gradientNorm());
      add(summary, "learning_rate", line.learningRate());
      if (!summary.isEmpty()) {
        file.add(line.step(), summary);
      }
      last = Math.max(last, line.step());
    }
    EventSummary ends = ends(run, exhibits);
    weights(run, ends);
    if (!ends.isEmpty()) {
      file.add(last, ends);
    }
    return file.path();
  }

  /** Adds what a run ended with to a folder where its training has written its curves. */
  static void writeEnds(Path folder, ReportedRun run, List<Exhibit> exhibits) throws IOException {
    EventSummary ends = ends(run, exhibits);
    if (!ends.isEmpty()) {
      long last = run.metrics().isEmpty() ? 0 : run.metrics().getLast().step();
      EventFile.in(folder).add(last, ends);
    }
  }

  private static EventSummary ends(ReportedRun run, List<Exhibit> exhibits) {
    EventSummary ends = new EventSummary();
    run.figures().forEach((key, value) -> ends.scalar("final/" + key, value));
    for (Exhibit exhibit : exhibits) {
      add(ends, exhibit);
    }
    return ends;
  }

  private static void add(EventSummary summary, String tag, @Nullable Double value) {
    if (value != null) {
      summary.scalar(tag, value);
    }
  }

  private static void add(EventSummary summary, Exhibit exhibit) {
    String tag = "samples/" + exhibit.title();
    switch (exhibit) {
      case Exhibit.Picture picture ->
          summary.image(tag, picture.png(), picture.width(), picture.height());
      case Exhibit.Sound sound ->
          summary.audio(tag, sound.wav(), sound.clip().sampleRate(), sound.clip().samples().length);
      case Exhibit.Words words -> {
        StringBuilder text = new StringBuilder();
        words.tokens().forEach(token -> text.append(token.text()));
        summary.text(tag, "    " + text.toString().replace("\n", "\n    "));
      }
      case Exhibit.Drawing drawing -> {
        // TensorBoard draws the curves itself, and takes no vectors.
      }
      case Exhibit.Note note -> summary.text(tag, note.sentence());
    }
  }

  private static void weights(ReportedRun run, EventSummary summary) throws IOException {
    Path checkpoint = run.checkpoint();
    Path file = checkpoint == null ? null : checkpoint.resolve("model.safetensors");
    if (file == null || !Files.isRegularFile(file)) {
      return;
    }
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      for (StoredTensor stored : weights.tensors()) {
        if (stored.size() > 0) {
          summary.histogram("weights/" + stored.name(), Histogram.of(stored.size(), stored::get));
        }
      }
    }
  }
}
