package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageSampler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images drawn beside each other; the peer computes the whole batch again for every pixel.
 *
 * @param network the model
 * @param images drawn at once
 */
record PixelSamplingBenchmark(PixelNetwork network, int images) implements Benchmark {
  @Override
  public String name() {
    return "pixelcnn.sample." + network.label() + ".B" + images;
  }

  @Override
  public Work prepare(Setup setup) {
    ImageModel model = network.model();
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    Engine engine = setup.open();
    double loss = new Evaluator<>(model, engine, 4).evaluate(List.of(network.images(images))).nll();
    Peer peer =
        network.hasPeer()
            ? new Peer(
                "pixelcnn_step.py",
                Peer.Weights.initial(network::model, setup.seed()),
                List.of("sample", "--batch", Integer.toString(images)),
                loss)
            : null;
    int streams = Math.ceilDiv(images, setup.threads());
    ImageSampler sampler = new ImageSampler(model, 1, streams);
    ImageSampler.Request request =
        ImageSampler.Request.whole(
            model.format(), ImageModel.labels(new int[images]), setup.seed());
    return new Work() {
      @Override
      public void repeat(Laps laps) {
        while (!laps.done()) {
          sampler.draw(request, engine, values -> {}, () -> false);
          laps.lap();
        }
      }

      /** 2 for each pixel and weight: every layer once. */
      @Override
      public Cost cost() {
        return Cost.arithmetic(2 * network.products() * images, images);
      }

      @Override
      public @Nullable Peer peer() {
        return peer;
      }

      @Override
      public void close() {
        engine.close();
      }
    };
  }
}
