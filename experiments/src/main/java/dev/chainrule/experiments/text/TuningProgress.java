package dev.chainrule.experiments.text;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.train.TrainingListener;

/** Shows how far the tuning of rounded weights is, and keeps how well it went. */
final class TuningProgress implements TrainingListener, AutoCloseable {
  private final Progress bar;
  private final long steps;

  /** Steps at the beginning and at the end whose divergence is told. */
  private final long told;

  private double before;
  private double after;

  TuningProgress(long steps) {
    this.steps = steps;
    told = Math.clamp(steps / 10, 1, 20);
    bar = Progress.start("tune", steps, "steps");
  }

  @Override
  public void stepDone(long step, double divergence, double gradientNorm, double learningRate) {
    bar.moveTo(step);
    if (step == 1) {
      before = divergence;
    }
    if (step > steps - told) {
      after += divergence / told;
    }
  }

  Rounded.Tuning result() {
    return new Rounded.Tuning(steps, before, after);
  }

  @Override
  public void close() {
    bar.close();
  }
}
