package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.progress.Progress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/** A progress bar that hears of forecasts from any thread. */
final class ForecastBar implements IntConsumer, AutoCloseable {
  private final Progress bar;
  private final AtomicLong done = new AtomicLong();

  /**
   * Shows a bar.
   *
   * @param model whose forecasts they are
   * @param forecasts how many there will be
   */
  ForecastBar(String model, int forecasts) {
    bar = Progress.start(model, forecasts, "forecasts");
  }

  @Override
  public void accept(int more) {
    bar.moveTo(done.addAndGet(more));
  }

  @Override
  public void close() {
    bar.close();
  }
}
