package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.data.Binarisation;
import dev.chainrule.pixelcnn.data.ImageBatches;
import dev.chainrule.pixelcnn.data.ImageSet;
import dev.chainrule.pixelcnn.data.ImageSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule pixelcnn eval}. */
@Command(
    name = "eval",
    description = "Likelihood of held-out images: nats per image, bits per dimension.")
final class PixelEval extends Verb {
  private static final int BATCH = 50;

  /** Below this, held-out digits of two levels hint at a leak or at images seen in training. */
  private static final double IMPLAUSIBLE_BITS = 0.06;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--data",
      paramLabel = "NAME|FILE|DIR",
      description = "Images, of which the held-out part is taken (default: the training data).")
  @Nullable String data;

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      description = "Vectors of the images of --data, as for train.")
  @Nullable String vectors;

  @Option(names = "--all", description = "Evaluate all images, not the held-out part alone.")
  boolean all;

  /** The result, as {@code --json} prints it. */
  record Result(
      long elements,
      double nll,
      double bitsPerDim,
      double natsPerImage,
      String levels,
      boolean averaged,
      long parameters) {}

  @Override
  protected Object run() throws Exception {
    PixelModel loaded = PixelModel.load(model);
    PixelRun run = loaded.run();
    String from = data != null ? data : run == null ? null : run.data();
    if (from == null) {
      throw badOption("--data", "nothing", "images to evaluate");
    }
    ImageSource source =
        PixelData.open(
            from,
            loaded.shape().image().withLevels(256),
            run == null || data != null ? null : run.holdOut(),
            vectors != null ? vectors : run == null || data != null ? null : run.vectors());
    Binarisation binarisation = run == null ? Binarisation.THRESHOLD : run.binarisation();
    try (Engine engine = common().open()) {
      Evaluator<ImageBatch> evaluator = new Evaluator<>(loaded.model(), engine, 8);
      ImageBatches heldOut = batches(loaded, source.heldOut(), binarisation);
      List<ImageBatch> images = new ArrayList<>(heldOut.inOrder());
      if (all) {
        images.addAll(batches(loaded, source.training(), binarisation).inOrder());
      }
      return report(loaded, from, binarisation, evaluator.evaluate(images));
    }
  }

  private static ImageBatches batches(
      PixelModel loaded, ImageSet images, Binarisation binarisation) {
    PixelData.requireFit(images, loaded.model());
    int levels = loaded.shape().image().levels();
    return new ImageBatches(images, levels, binarisation, BATCH, PixelData.HELD_OUT_SEED);
  }

  private Result report(
      PixelModel loaded, String from, Binarisation binarisation, Evaluator.Result result) {
    int levels = loaded.shape().image().levels();
    PixelRun run = loaded.run();
    Result printed =
        new Result(
            result.elements(),
            result.nll(),
            result.bitsPerElement(),
            result.nll() * loaded.shape().image().dimensions(),
            PixelData.describe(binarisation, levels),
            run != null && run.training().averageDecay() > 0,
            loaded.model().parameters().count());
    output()
        .printf(
            Locale.ROOT,
            "%s, %s, %s: %.3f nats an image, %.4f bits/dim; weights %s, %,d parameters%n",
            from,
            all ? "all images" : "held-out images",
            printed.levels(),
            printed.natsPerImage(),
            printed.bitsPerDim(),
            printed.averaged() ? "averaged" : "as they are",
            printed.parameters());
    if (levels == 2 && printed.bitsPerDim() < IMPLAUSIBLE_BITS) {
      output()
          .println(
              "That is less than digits have: look for these images among the training images.");
    }
    return printed;
  }
}
