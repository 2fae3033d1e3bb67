package dev.chainrule.experiments.forecast;

import dev.chainrule.arima.forecast.Watch;
import dev.chainrule.base.progress.Progress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Progress bars of the work that begins and ends. */
final class Bars implements Watch {
  private final BooleanSupplier stop;
  private @Nullable Progress bar;

  Bars(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public void begin(String task, int series) {
    bar = series > 1 ? Progress.start(task, series, "series") : null;
  }

  @Override
  public void advance() {
    Progress shown = bar;
    if (shown != null) {
      shown.advance(1);
    }
  }

  @Override
  public void end() {
    Progress shown = bar;
    if (shown != null) {
      shown.close();
    }
    bar = null;
  }

  @Override
  public boolean stop() {
    return stop.getAsBoolean();
  }
}
