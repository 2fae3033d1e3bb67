package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Given;
import dev.chainrule.core.train.BatchSource;

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
    int context = model.config().contextLength();
    int drawn = batch.length() - context;
    CounterRandom rng = CounterRandom.of(seed, 14, step);
    Generation generation;
    try (Decoder decoder = model.decoder(engine, batch)) {
      generation =
          new Generator(
                  decoder, b -> SeriesSampler.of(model.likelihood(), batch, b), DType.FLOAT32, 1)
              .generate(
                  batch.first(context),
                  GenerationConfig.of(drawn, number -> rng)
                      .withGiven(new Truth(batch, context, now, rng)));
    }
    Tensor fed = Tensor.zeros(DType.FLOAT32, batch.size(), batch.length());
    fed.copyFrom(batch.elements());
    for (int b = 0; b < batch.size(); b++) {
      Tensor values = generation.sequences().get(b).elements();
      for (int t = 0; t < drawn; t++) {
        // Where the network has diverged nothing is drawn; its likelihood says so.
        if (!Double.isNaN(values.get(t))) {
          fed.set((long) b * batch.length() + context + t, values.get(t));
        }
      }
    }
    return batch.withFed(fed);
  }

  /** The values that are not replaced, and the missing ones. */
  private record Truth(WindowBatch batch, int context, double replaced, CounterRandom rng)
      implements Given {
    @Override
    public boolean get(int window, int index, double[] element) {
      element[0] = batch.elements().get((long) window * batch.length() + context + index);
      return !(rng.nextDouble() < replaced) || Double.isNaN(element[0]);
    }

    @Override
    public boolean keepsPace() {
      return false;
    }
  }
}
