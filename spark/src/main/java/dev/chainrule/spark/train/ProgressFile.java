package dev.chainrule.spark.train;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a training goes on another machine, as lines of a file that both see: the first process
 * writes, the driver reads what is new.
 */
final class ProgressFile {
  /** Steps are told of so often, and the last one always. */
  private static final long EVERY_NANOS = 500_000_000;

  /**
   * One of a listener's calls; what it does not tell is null.
   *
   * @param steps that it goes to, of a call of {@code started}
   */
  private record Line(
      long step,
      @Nullable Long steps,
      @Nullable Double nll,
      @Nullable Double gradientNorm,
      @Nullable Double learningRate,
      @Nullable Double validationNll,
      boolean best,
      @Nullable String warning) {}

  private final Path file;
  private long read;

  ProgressFile(Path file) {
    this.file = file;
  }

  /** Writes what it hears. */
  static final class Writer implements TrainingListener {
    private final Path file;
    private long told;
    private long last;

    Writer(Path file) {
      this.file = file;
    }

    private void add(Line line) {
      try {
        Files.writeString(
            file, Json.line(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void started(long step, TrainConfig.Limits limits) {
      last = limits.steps();
      add(new Line(step, limits.steps(), null, null, null, null, false, null));
    }

    @Override
    public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
      long now = System.nanoTime();
      if (now - told >= EVERY_NANOS || step == last) {
        told = now;
        add(new Line(step, null, nll, gradientNorm, learningRate, null, false, null));
      }
    }

    @Override
    public void evaluated(long step, double validationNll, boolean best) {
      add(new Line(step, null, null, null, null, validationNll, best, null));
    }

    @Override
    public void warned(String sentence) {
      add(new Line(0, null, null, null, null, null, false, sentence));
    }
  }

  /** Tells listeners of lines that are new. */
  void tell(List<? extends TrainingListener> listeners) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    String lines;
    try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(Math.max(0, from.length() - read))];
      from.seek(read);
      from.readFully(bytes);
      lines = new String(bytes, StandardCharsets.UTF_8);
    }
    // The last one may be there in part.
    lines = lines.substring(0, lines.lastIndexOf('\n') + 1);
    read += lines.getBytes(StandardCharsets.UTF_8).length;
    for (String text : lines.lines().toList()) {
      Line line = Json.parse(text, file.toString(), Line.class);
      listeners.forEach(listener -> tell(listener, line));
    }
  }

  private static void tell(TrainingListener listener, Line line) {
    Long steps = line.steps;
    Double nll = line.nll;
    Double norm = line.gradientNorm;
    Double rate = line.learningRate;
    Double held = line.validationNll;
    String warning = line.warning;
    if (steps != null) {
      listener.started(line.step, TrainConfig.Limits.steps(steps));
    } else if (nll != null && norm != null && rate != null) {
      listener.stepDone(line.step, nll, norm, rate);
    } else if (held != null) {
      listener.evaluated(line.step, held, line.best);
    } else if (warning != null) {
      listener.warned(warning);
    }
  }
}
