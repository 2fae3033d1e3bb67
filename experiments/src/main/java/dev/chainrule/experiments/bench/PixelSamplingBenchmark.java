package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.Engines;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import java.util.ArrayList;
import java.util.List;

/**
 * Images drawn beside each other from Gated PixelCNN, 7 layers of 64 units, 28 x 28 binary pixels;
 * the peer computes the whole batch again for every pixel.
 *
 * @param images drawn at once
 */
record PixelSamplingBenchmark(int images) implements Benchmark {
  @Override
  public String name() {
    return "pixelcnn.sample.gated7x64.B" + images;
  }

  @Override
  public Work prepare(Setup setup) {
    GatedPixelCnn model = new GatedPixelCnn(PixelBatch.GATED_7X64);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    Workers workers = new Workers(setup.threads());
    List<Kernels> kernels = new ArrayList<>();
    for (int i = 0; i < setup.threads(); i++) {
      kernels.add(Engines.create(setup.engine()));
    }
    double loss =
        new Evaluator<>(model, workers, kernels, 4)
            .evaluate(List.of(PixelBatch.images(images)))
            .nll();
    Peer peer =
        new Peer(
            "pixelcnn_step.py",
            file -> PixelBatch.writeWeights(file, setup.seed()),
            List.of("sample", "--batch", Integer.toString(images)),
            loss);
    int streams = Math.ceilDiv(images, setup.threads());
    ImageSampler sampler = new ImageSampler(model, 1, streams);
    ImageSampler.Request request =
        ImageSampler.Request.whole(model.format(), new int[images], setup.seed());
    return new Work() {
      @Override
      public void repeat(Laps laps) {
        while (!laps.done()) {
          sampler.draw(request, workers, values -> {}, () -> false);
          laps.lap();
        }
      }

      /** 2 for each pixel and weight: every layer once. */
      @Override
      public Cost cost() {
        double pixels = (double) images * model.format().dimensions();
        return Cost.arithmetic(2 * PixelBatch.productWeights() * pixels, images);
      }

      @Override
      public Peer peer() {
        return peer;
      }

      @Override
      public void close() {
        workers.close();
      }
    };
  }
}
