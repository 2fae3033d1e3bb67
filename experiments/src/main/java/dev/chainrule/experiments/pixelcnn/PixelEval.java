package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.pixelcnn.data.ImageSet;
import dev.chainrule.pixelcnn.data.ImageSource;
import dev.chainrule.pixelcnn.run.PixelData;
import dev.chainrule.pixelcnn.run.PixelModel;
import dev.chainrule.pixelcnn.run.PixelSource;
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
    PixelModel loaded = PixelModel.open(model).on(common().compute());
    StoredOptions<PixelSource> run = loaded.run();
    PixelSource learned = run == null ? null : run.data();
    String from = data != null ? data : learned == null ? null : learned.data();
    if (from == null) {
      throw badOption("--data", "nothing", "images to evaluate");
    }
    ImageSource source =
        PixelData.open(
            from,
            loaded.shape().image().withLevels(256),
            learned == null || data != null ? null : learned.holdOut(),
            vectors != null ? vectors : learned == null || data != null ? null : learned.vectors());
    List<ImageSet> sets = new ArrayList<>(List.of(source.heldOut()));
    if (all) {
      sets.add(source.training());
    }
    return report(loaded, from, loaded.evaluate(sets));
  }

  private Result report(PixelModel loaded, String from, Evaluator.Result result) {
    int levels = loaded.shape().image().levels();
    Result printed =
        new Result(
            result.elements(),
            result.nll(),
            result.bitsPerElement(),
            result.nll() * loaded.shape().image().dimensions(),
            PixelData.describe(loaded.binarisation(), levels),
            loaded.averaged(),
            loaded.numParameters());
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
