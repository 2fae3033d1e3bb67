package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.experiments.cli.ShellWord;
import dev.chainrule.experiments.training.TrainVerb;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.data.Binarisation;
import dev.chainrule.pixelcnn.run.Architecture;
import dev.chainrule.pixelcnn.run.PixelData;
import dev.chainrule.pixelcnn.run.PixelKind;
import dev.chainrule.pixelcnn.run.PixelRun;
import dev.chainrule.pixelcnn.run.PixelSource;
import dev.chainrule.pixelcnn.run.PixelTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule pixelcnn train}. */
@Command(name = "train", description = "Train a model of images; the folder --out gets the model.")
final class PixelTrain extends TrainVerb<ImageBatch> {
  @Option(
      names = "--data",
      paramLabel = "NAME|FILE|DIR",
      description =
          "Images: digits (drawn by the program); mnist, fashion, emnist or cifar10 in the folder"
              + " that CHAINRULE_DATA names; an IDX file; or a folder of IDX files, of CIFAR-10's"
              + " binary files, or of PNG and JPEG images.")
  @Nullable String data;

  @Option(names = "--architecture", description = "The network: ${COMPLETION-CANDIDATES}.")
  Architecture architecture = Architecture.GATED;

  @Mixin ModelOptions sizes = new ModelOptions();

  @Option(names = "--levels", paramLabel = "V", description = "Values of a channel, 2 to 256.")
  int levels = 2;

  @Option(
      names = "--binarisation",
      description =
          "How grey becomes levels: ${COMPLETION-CANDIDATES}; threshold cuts the range into equal"
              + " parts, the others draw black or white.")
  Binarisation binarisation = Binarisation.THRESHOLD;

  @Option(names = "--classes", description = "Condition on the images' classes.")
  boolean classes;

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      description =
          "Condition the gated model on vectors: CSV, a line of numbers for each image, those to"
              + " learn from first.")
  @Nullable String vectors;

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Rows and columns of a folder's images.")
  int size = 32;

  @Option(
      names = "--hold-out",
      paramLabel = "NAME",
      description =
          "Cut a folder's images into patches of --size in place of resizing them, and hold those of"
              + " the image NAME out.")
  @Nullable String holdOut;

  @Option(names = "--grey", description = "Make a folder's images grey.")
  boolean grey;

  /** The result, as {@code --json} prints it. */
  record Result(
      long steps,
      long parameters,
      double trainNll,
      double validationNll,
      double validationBitsPerDim,
      double validationNatsPerImage,
      double stepsPerSecond,
      boolean stopped) {}

  @Override
  protected ModelKind<?, ImageBatch> kind() {
    return new PixelKind();
  }

  @Override
  protected Recipe usual() {
    return PixelTraining.usual().recipe();
  }

  @Override
  protected TrainingRun<ImageBatch> begin(Path out) throws IOException {
    if (data == null) {
      throw badOption("--data", "nothing", "digits, an IDX file or a folder of images");
    }
    if (classes && vectors != null) {
      throw badOption("--classes", "--vectors beside it", "one of them");
    }
    Recipe recipe = recipe(usual());
    PixelTraining.Images images =
        new PixelTraining.Images(levels, binarisation, size, grey, holdOut, vectors);
    return PixelRun.begin(
        data, new PixelTraining(architecture, sizes.sizes(), images, classes, recipe), out);
  }

  @Override
  protected TrainingRun<ImageBatch> resume(Path out) throws IOException {
    return PixelRun.resume(out, data, this::resumed);
  }

  @Override
  protected Object report(Path out, TrainingRun.Result result) throws IOException {
    PixelKind kind = new PixelKind();
    Checkpoint.Config stored = kind.checkpoint(out).config();
    StoredOptions<PixelSource> run = StoredOptions.of(out, stored, PixelSource.class);
    ImageFormat format = kind.configuration(out, stored).image();
    double nats = result.validationNll() * format.dimensions();
    output()
        .printf(
            Locale.ROOT,
            "%s: held out %.3f nats an image, %.4f bits/dim, %s, weights %s%n",
            progress(result),
            nats,
            result.validationBitsPerDim(),
            PixelData.describe(run.data().binarisation(), format.levels()),
            run.recipe().training().averageDecay() > 0 ? "averaged" : "as they are");
    output()
        .printf(
            "model in %s; sample with: ./chainrule pixelcnn sample --model %s%n",
            out, ShellWord.of(out));
    return new Result(
        result.steps(),
        result.parameters(),
        result.trainNll(),
        result.validationNll(),
        result.validationBitsPerDim(),
        nats,
        result.stepsPerSecond(),
        result.stopped());
  }
}
