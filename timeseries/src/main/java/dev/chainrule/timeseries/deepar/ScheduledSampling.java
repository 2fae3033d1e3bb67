package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.random.RandomGenerator;

/**
 * Scheduled sampling (Bengio, Vinyals, Jaitly and Shazeer 2015): in the forecast range of training
 * windows the network is fed its own draw in place of the value, more and more often, so that it
 * learns to go on from what it will be fed when it forecasts. The context stays as it was, and the
 * likelihood is that of the true values.
 */
final class ScheduledSampling implements BatchSource<WindowBatch> {
  private final BatchSource<WindowBatch> windows;
  private final DeepAr model;
  private final Engine engine;
  private final double share;
  private final long steps;
  private final long seed;

  /**
   * Over windows.
   *
   * @param share of draws at the last step, to which it rises evenly from none
   * @param steps of training
   */
  ScheduledSampling(
      BatchSource<WindowBatch> windows,
      DeepAr model,
      Engine engine,
      double share,
      long steps,
      long seed) {
    this.windows = windows;
    this.model = model;
    this.engine = engine;
    this.share = share;
    this.steps = steps;
    this.seed = seed;
  }

  @Override
  public WindowBatch at(long i) {
    WindowBatch batch = windows.at(i);
    double now = share * i / steps;
    return now > 0 ? fed(batch, now, i) : batch;
  }

  /** The windows, with what the network is fed. */
  private WindowBatch fed(WindowBatch batch, double now, long step) {
    int size = batch.size();
    int time = batch.length();
    int context = model.config().contextLength();
    Likelihood likelihood = model.likelihood();
    RandomGenerator rng = CounterRandom.of(seed, 14, step);
    Tensor fed = Tensor.zeros(DType.FLOAT32, size, time);
    fed.copyFrom(batch.elements());
    Tensor next = Tensor.zeros(DType.FLOAT32, size);
    Decoder decoder = model.decoder(engine, batch);
    float[] row = new float[likelihood.numParameters()];
    for (int t = 0; t < time; t++) {
      for (int b = 0; b < size; b++) {
        long at = (long) b * time + t;
        if (t >= context && rng.nextDouble() < now && !Double.isNaN(fed.get(at))) {
          decoder.conditional().read((long) b * row.length, row, 0, row.length);
          double drawn = likelihood.draw(row, batch.scales().get(b), rng);
          // Where the network has diverged nothing is drawn; its likelihood says so.
          if (!Double.isNaN(drawn)) {
            fed.set(at, batch.centres().get(b) + drawn);
          }
        }
        next.set(b, fed.get(at));
      }
      decoder.feed(next);
    }
    return batch.withFed(fed);
  }
}
