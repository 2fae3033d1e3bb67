package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.training.RunFolder;
import dev.chainrule.experiments.training.ScheduleConfig;
import dev.chainrule.experiments.training.Session;
import dev.chainrule.experiments.training.TrainingOptions;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.data.Binarisation;
import dev.chainrule.pixelcnn.data.ImageBatches;
import dev.chainrule.pixelcnn.data.ImageSet;
import dev.chainrule.pixelcnn.data.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule pixelcnn train}. */
@Command(name = "train", description = "Train a model of images; the folder --out gets the model.")
final class PixelTrain extends Verb {
  private static final int EVALUATION_BATCH = 50;

  @Option(
      names = "--data",
      paramLabel = "NAME|FILE|DIR",
      description =
          "Images: digits (drawn by the program); mnist, fashion, emnist or cifar10 in the folder"
              + " that CHAINRULE_DATA names; an IDX file; or a folder of IDX files, of CIFAR-10's"
              + " binary files, or of PNG and JPEG images.")
  @Nullable String data;

  @Option(names = "--model", description = "The model: ${COMPLETION-CANDIDATES}.")
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

  @Option(names = "--batch", paramLabel = "N", description = "Images in a batch.")
  int batch = 16;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps in all (default: 2000).")
  @Nullable Long steps;

  @Option(names = "--lr", paramLabel = "R", description = "Highest learning rate.")
  double learningRate = 2e-3;

  @Mixin TrainingOptions training = new TrainingOptions(0.99, 500, 500);

  @Option(names = "--warmup", paramLabel = "N", description = "Steps of linear rise.")
  long warmup = 50;

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
  protected Target target() {
    return new Target.Run(null);
  }

  @Override
  protected Object run() throws Exception {
    Path out = common().out();
    if (out == null) {
      throw badOption("--out", "nothing", "the folder that gets the model");
    }
    RunFolder.prepare(out, PixelModel.KIND, Set.of(), training.resume());
    return training.resume() ? resume(out) : start(out);
  }

  private Object start(Path out) throws IOException {
    if (data == null) {
      throw badOption("--data", "nothing", "digits, an IDX file or a folder of images");
    }
    if (classes && vectors != null) {
      throw badOption("--classes", "--vectors beside it", "one of them");
    }
    PixelRun run = fromOptions(this::runOptions);
    ImageSource source = PixelData.open(data, fromOptions(this::resize), holdOut, vectors);
    ImageSet images = source.training();
    int numClasses = classes ? images.numClasses() : 0;
    if (classes && numClasses == 0) {
      throw badOption("--classes", images.origin() + " without classes", "images with classes");
    }
    Architecture.Condition condition = new Architecture.Condition(numClasses, images.vectorWidth());
    PixelShape shape =
        fromOptions(
            () ->
                new PixelShape(
                    architecture,
                    architecture.config(sizes, images.format().withLevels(levels), condition)));
    return train(out, run, shape, source, false);
  }

  private ImageFormat resize() {
    return new ImageFormat(size, size, grey ? 1 : 3, 256);
  }

  private PixelRun runOptions() {
    return new PixelRun(
        String.valueOf(data),
        holdOut,
        vectors,
        binarisation,
        batch,
        new ScheduleConfig(training.schedule(), learningRate, learningRate / 50, warmup),
        new AdamW.Config(0.9, 0.999, 1e-8, 0),
        training.config(common().seed(), steps == null ? 2000 : steps, 1, 4));
  }

  private Object resume(Path out) throws IOException {
    PixelModel stored = PixelModel.load(out);
    PixelRun run = stored.run();
    if (run == null) {
      throw new InputException(out + ": holds no state of training, nothing to resume");
    }
    PixelRun options = run.withTraining(fromOptions(() -> training.resumed(run.training(), steps)));
    ImageFormat image = stored.shape().image().withLevels(256);
    ImageSource source =
        PixelData.open(
            data == null ? options.data() : data, image, options.holdOut(), options.vectors());
    return train(out, options, stored.shape(), source, true);
  }

  private Object train(Path out, PixelRun run, PixelShape shape, ImageSource source, boolean goOn)
      throws IOException {
    ImageModel model = shape.model();
    PixelData.requireFit(source.training(), model);
    PixelData.requireFit(source.heldOut(), model);
    ImageBatches learned =
        fromOptions(
            () ->
                new ImageBatches(
                    source.training(),
                    shape.image().levels(),
                    run.binarisation(),
                    run.batchSize(),
                    run.training().seed()));
    ImageBatches heldOut =
        new ImageBatches(
            source.heldOut(),
            shape.image().levels(),
            run.binarisation(),
            EVALUATION_BATCH,
            PixelData.HELD_OUT_SEED);
    output()
        .printf(
            Locale.ROOT,
            "%s: %,d images to learn, %,d held out; %s, %s; %,d parameters; engine %s, %d threads%n",
            source.training().origin(),
            source.training().size(),
            source.heldOut().size(),
            shape.image(),
            PixelData.describe(run.binarisation(), shape.image().levels()),
            model.parameters().count(),
            common().engine(),
            common().threads());
    Session.Subject<ImageBatch> subject =
        new Session.Subject<>(PixelModel.KIND, model, shape, run, options(), Set.of(), empty -> {});
    Session.Result result;
    try (Engine engine = common().open()) {
      result =
          new Session<>(subject, out, run.training(), engine, output())
              .train(
                  learned,
                  heldOut.inOrder(),
                  new AdamW(run.optimizer()),
                  run.schedule().over(run.training().limits().steps()),
                  goOn,
                  this::stopRequested);
    }
    return report(out, shape, run, result);
  }

  private Result report(Path out, PixelShape shape, PixelRun run, Session.Result result) {
    double nats = result.validationNll() * shape.image().dimensions();
    output()
        .printf(
            Locale.ROOT,
            "%s after %,d steps (%.2f a second): held out %.3f nats an image, %.4f bits/dim, %s,"
                + " weights %s%n",
            result.stopped() ? "stopped" : "done",
            result.steps(),
            result.stepsPerSecond(),
            nats,
            result.validationBitsPerDim(),
            PixelData.describe(run.binarisation(), shape.image().levels()),
            run.training().averageDecay() > 0 ? "averaged" : "as they are");
    output().printf("model in %s; sample with: ./chainrule pixelcnn sample --model %s%n", out, out);
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
