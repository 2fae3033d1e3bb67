package dev.chainrule.core.run;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows training on a progress bar on standard error, and what must be told beside it. */
public final class TrainingBar implements TrainingListener, AutoCloseable {
  private static final double SMOOTHING = 0.05;
  private static final int NOTE_EVERY = 20;

  private final PrintStream notices;
  private @Nullable Progress bar;
  private double smoothed = Double.NaN;
  private String held = "";

  /**
   * A bar that appears when training starts.
   *
   * @param notices gets the sentences that the user should know
   */
  public TrainingBar(PrintStream notices) {
    this.notices = notices;
  }

  @Override
  public void started(long step, TrainConfig.Limits limits) {
    bar = Progress.resume("training", step, limits.steps(), "steps").within(limits.seconds());
  }

  @Override
  public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
    smoothed = Double.isNaN(smoothed) ? nll : smoothed + SMOOTHING * (nll - smoothed);
    if (bar != null) {
      bar.moveTo(step);
      if (step % NOTE_EVERY == 0) {
        bar.note(String.format(Locale.ROOT, "nll %.3f%s", smoothed, held));
      }
    }
  }

  @Override
  public void evaluated(long step, double validationNll, boolean best) {
    held = String.format(Locale.ROOT, ", held out %.3f", validationNll);
  }

  /** Shows it as another bar. */
  @Override
  public TrainingListener ofFurther() {
    close();
    smoothed = Double.NaN;
    held = "";
    return this;
  }

  @Override
  public void warned(String sentence) {
    notices.println(sentence);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
