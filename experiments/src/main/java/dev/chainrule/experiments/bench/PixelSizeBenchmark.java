package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images of the gated network, 7 layers of 64 units, drawn one at a time on one core, for several
 * sizes. Without caches every pixel takes a pass over the whole image, of which a repetition does
 * one: what the caches save is the rate with them over the rate without.
 *
 * @param size rows and columns
 * @param cached whether each pixel is computed once
 */
record PixelSizeBenchmark(int size, boolean cached) implements Benchmark {
  static List<Benchmark> all() {
    return Stream.of(14, 28, 56)
        .<Benchmark>mapMulti(
            (size, add) -> {
              add.accept(new PixelSizeBenchmark(size, true));
              add.accept(new PixelSizeBenchmark(size, false));
            })
        .toList();
  }

  @Override
  public String name() {
    String name = "pixelcnn.sample.one_core.%1$dx%1$d".formatted(size);
    return cached ? name : name + ".naive";
  }

  @Override
  public Work prepare(Setup setup) {
    ImageFormat image = new ImageFormat(size, size, 1, 2);
    ImageModel model = new GatedPixelCnn(GatedPixelCnnConfig.small(image, 0));
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    double products = PixelNetwork.products(model);
    return cached
        ? new Drawing(model, setup, Cost.arithmetic(2 * products, image.dimensions()))
        : new OnePass(model, setup.open(), Cost.arithmetic(2 * products, 1));
  }

  /** An image each time. */
  private static final class Drawing implements Work {
    private final Engine engine;
    private final ImageSampler sampler;
    private final ImageSampler.Request request;
    private final Cost cost;

    Drawing(ImageModel model, Setup setup, Cost cost) {
      this.engine = Engines.open(setup.engine(), 1);
      this.sampler = new ImageSampler(model, 1, 1);
      this.request = ImageSampler.Request.whole(model.format(), ImageModel.labels(0), setup.seed());
      this.cost = cost;
    }

    @Override
    public void repeat(Laps laps) {
      while (!laps.done()) {
        sampler.draw(request, engine, values -> {}, () -> false);
        laps.lap();
      }
    }

    @Override
    public Cost cost() {
      return cost;
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  /** A pixel each time, for which the whole image is computed. */
  private static final class OnePass implements Work {
    private final ImageModel model;
    private final Tape tape;
    private final ImageBatch image;
    private final Cost cost;

    OnePass(ImageModel model, Engine engine, Cost cost) {
      this.model = model;
      this.tape = Tape.evaluation(engine, model.parameters());
      this.image = PixelNetwork.images(model.format(), 1);
      this.cost = cost;
    }

    @Override
    public void repeat(Laps laps) {
      while (!laps.done()) {
        tape.begin();
        model.conditionals(tape, image);
        laps.lap();
      }
    }

    @Override
    public Cost cost() {
      return cost;
    }
  }
}
