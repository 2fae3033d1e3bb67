package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.data.Binarisation;
import dev.chainrule.pixelcnn.data.ImageBatches;
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

/** {@code chainrule pixelcnn recognise}. */
@Command(
    name = "recognise",
    description =
        "How many images drawn of a class are taken for that class by a small classifier, which"
            + " is trained first, on the same training data.")
final class PixelRecognise extends Verb {
  private static final int BATCH = 50;
  private static final int PASSES = 5;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--data",
      paramLabel = "NAME|FILE|DIR",
      description = "Images with classes (default: the training data).")
  @Nullable String data;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Images to draw, of all classes in turn.")
  int n = 500;

  @Option(names = "--temperature", paramLabel = "T", description = "Divides logits.")
  double temperature = 1;

  /**
   * The result, as {@code --json} prints it.
   *
   * @param recognised share of the drawn images
   * @param heldOutAccuracy the classifier's, on real images that it has not learned from
   * @param byClass share of the drawn images of each class
   */
  record Result(int samples, double recognised, double heldOutAccuracy, List<Double> byClass) {}

  @Override
  protected Object run() throws Exception {
    if (n < 1) {
      throw badOption("--samples", n, "a whole number from 1");
    }
    if (!(temperature >= 0 && temperature <= 100)) {
      throw badOption("--temperature", temperature, "a number from 0 to 100");
    }
    PixelModel loaded = PixelModel.open(model).on(common().compute());
    ImageModel images = loaded.network();
    StoredOptions<PixelSource> run = loaded.run();
    if (images.numClasses() == 0) {
      throw new InputException(model + ": a model without classes, expected one with classes");
    }
    String from = data != null ? data : run == null ? null : run.data().data();
    if (from == null) {
      throw badOption("--data", "nothing", "images with classes");
    }
    ImageSource source = ImageSource.open(from, images.format().withLevels(256));
    Binarisation binarisation = loaded.binarisation();
    ImageBatches training = batches(source.training(), images, binarisation);
    try (Engine engine = common().open()) {
      ImageClassifier classifier =
          new ImageClassifier(
              images.format(), images.numClasses(), engine.worker(0), common().seed());
      classifier.train(training, PASSES * source.training().size() / BATCH);
      double accuracy =
          accuracy(classifier, batches(source.heldOut(), images, binarisation).inOrder());
      return report(images, classifier, accuracy, draw(loaded));
    }
  }

  private static ImageBatches batches(ImageSet set, ImageModel model, Binarisation binarisation) {
    PixelData.requireFit(set, model);
    return new ImageBatches(
        set, model.format().levels(), binarisation, BATCH, PixelData.HELD_OUT_SEED);
  }

  private static double accuracy(ImageClassifier classifier, List<ImageBatch> batches) {
    int right = 0;
    int all = 0;
    for (ImageBatch batch : batches) {
      Tensor labels = batch.condition();
      List<Integer> classes = classifier.classes(batch);
      for (int i = 0; labels != null && i < classes.size(); i++, all++) {
        right += classes.get(i) == labels.getInt(i) ? 1 : 0;
      }
    }
    return (double) right / all;
  }

  private ImageBatch draw(PixelModel loaded) {
    ImageModel images = loaded.network();
    Tensor labels = ImageModel.labels(n, images.numClasses(), null);
    ImageSampler.Request request =
        ImageSampler.Request.whole(images.format(), labels, common().seed());
    List<ImageSampler.Sample> samples =
        PixelDrawing.draw(loaded, request, temperature, this::stopRequested);
    int size = images.format().dimensions();
    Tensor elements = Tensor.zeros(DType.INT32, n, size);
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < size; t++) {
        elements.set((long) i * size + t, samples.get(i).levels()[t]);
      }
    }
    return new ImageBatch(elements, labels);
  }

  private Result report(
      ImageModel images, ImageClassifier classifier, double accuracy, ImageBatch drawn) {
    List<Integer> classes = classifier.classes(drawn);
    int numClasses = images.numClasses();
    int[] right = new int[numClasses];
    int[] all = new int[numClasses];
    int total = 0;
    for (int i = 0; i < n; i++) {
      int label = i % numClasses;
      all[label]++;
      if (classes.get(i) == label) {
        right[label]++;
        total++;
      }
    }
    List<Double> byClass = new ArrayList<>();
    for (int c = 0; c < numClasses; c++) {
      byClass.add(all[c] == 0 ? Double.NaN : (double) right[c] / all[c]);
    }
    Result result = new Result(n, (double) total / n, accuracy, byClass);
    output()
        .printf(
            Locale.ROOT,
            "%d of %d images drawn at temperature %s are taken for their class: %.1f %%; of real"
                + " held-out images %.1f %%%n",
            total,
            n,
            temperature,
            100 * result.recognised(),
            100 * accuracy);
    return result;
  }
}
