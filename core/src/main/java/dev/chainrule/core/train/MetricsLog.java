package dev.chainrule.core.train;

import dev.chainrule.base.io.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of {@code train.jsonl}: a JSON object each log step and each evaluation. */
public final class MetricsLog implements TrainingListener {
  /**
   * A line; what was not measured at that step is null.
   *
   * @param seconds since training began, without those between a stop and the run that went on
   */
  public record Line(
      long step,
      @Nullable Double trainNll,
      @Nullable Double gradientNorm,
      @Nullable Double learningRate,
      @Nullable Double validationNll,
      @Nullable Double validationBitsPerDim,
      double seconds) {}

  private final List<String> lines = new ArrayList<>();
  private final long every;
  private final long begun = System.nanoTime();
  private double before;

  /**
   * A log.
   *
   * @param every so many steps a line
   */
  public MetricsLog(long every) {
    this.every = every;
  }

  /** Continues a log read from a checkpoint, its seconds included. */
  public void resume(List<String> earlier) {
    lines.clear();
    lines.addAll(earlier);
    if (!earlier.isEmpty()) {
      before = Json.parse(earlier.getLast(), "the log's last line", Line.class).seconds();
    }
  }

  /** All lines so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
    if (step % every == 0) {
      add(new Line(step, nll, gradientNorm, learningRate, null, null, seconds()));
    }
  }

  @Override
  public void evaluated(long step, double validationNll, boolean best) {
    double bits = validationNll / Math.log(2);
    add(new Line(step, null, null, null, validationNll, bits, seconds()));
  }

  private void add(Line line) {
    lines.add(Json.line(line));
  }

  private double seconds() {
    return before + (System.nanoTime() - begun) / 1e9;
  }
}
