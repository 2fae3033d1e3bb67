package dev.chainrule.pixelcnn.run;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.data.Binarisation;
import dev.chainrule.pixelcnn.data.ImageBatches;
import dev.chainrule.pixelcnn.data.ImageGrid;
import dev.chainrule.pixelcnn.data.ImageSet;
import dev.chainrule.pixelcnn.data.ImageSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A trained model of images: trained by {@link #train} or opened by {@link #open}, it evaluates and
 * draws images. Its methods may be called from one thread at a time.
 */
public final class PixelModel implements TrainedModel {
  private static final int MICRO_BATCH = 8;
  private static final int EVALUATION_BATCH = 50;
  private static final int STREAMS = 16;

  private final PixelShape shape;
  private final ImageModel network;
  private final @Nullable StoredOptions<PixelSource> run;
  private final Compute compute;

  private PixelModel(
      PixelShape shape,
      ImageModel network,
      @Nullable StoredOptions<PixelSource> run,
      Compute compute) {
    this.shape = shape;
    this.network = network;
    this.run = run;
    this.compute = compute;
  }

  /**
   * Opens a trained model.
   *
   * @throws dev.chainrule.base.InputException if the folder holds none, or one that is damaged
   */
  public static PixelModel open(Path folder) throws IOException {
    PixelKind kind = new PixelKind();
    Checkpoint checkpoint = kind.checkpoint(folder);
    Checkpoint.Config config = checkpoint.config();
    PixelShape shape = kind.configuration(folder, config);
    ImageModel network = (ImageModel) kind.load(checkpoint, shape);
    Checkpoint.Training training = config.training();
    StoredOptions<PixelSource> run =
        training == null
            ? null
            : StoredOptions.parse(folder, training.options(), PixelSource.class);
    return new PixelModel(shape, network, run, Compute.automatic());
  }

  /**
   * Trains a model.
   *
   * @param data {@code digits}, drawn by the program; a known set such as {@code mnist}; a file or
   *     a folder
   * @param out the folder that gets the model; must not hold one yet
   * @param listeners are told how it goes; a {@link dev.chainrule.core.run.TrainingBar} shows it
   */
  public static PixelModel train(
      String data, PixelTraining training, Path out, TrainingListener... listeners)
      throws IOException {
    TrainingRun.train(
        new PixelKind(), out, () -> PixelRun.begin(data, training, out), List.of(listeners));
    return open(out);
  }

  @Override
  public String kind() {
    return new PixelKind().name();
  }

  @Override
  public long numParameters() {
    return network.parameters().count();
  }

  @Override
  public PixelModel on(Compute other) {
    return new PixelModel(shape, network, run, other);
  }

  /** Which model it is, and its sizes. */
  public PixelShape shape() {
    return shape;
  }

  /** The network itself. */
  public ImageModel network() {
    return network;
  }

  /** How it was trained; null where the checkpoint does not say. */
  public @Nullable StoredOptions<PixelSource> run() {
    return run;
  }

  /** The rule by which grey becomes the model's levels. */
  public Binarisation binarisation() {
    return run == null ? Binarisation.THRESHOLD : run.data().binarisation();
  }

  /** Whether its weights are an average over training. */
  public boolean averaged() {
    return run != null && run.recipe().training().averageDecay() > 0;
  }

  /** The likelihood of the held-out images of a set, a file or a folder. */
  @Override
  public Evaluator.Result evaluate(String data) throws IOException {
    PixelSource known = run != null && run.data().data().equals(data) ? run.data() : null;
    ImageSource source =
        PixelData.open(
            data,
            shape.image().withLevels(256),
            known == null ? null : known.holdOut(),
            known == null ? null : known.vectors());
    return evaluate(List.of(source.heldOut()));
  }

  /** The likelihood of images, set by set. */
  public Evaluator.Result evaluate(List<ImageSet> sets) {
    List<ImageBatch> images = new ArrayList<>();
    for (ImageSet set : sets) {
      PixelData.requireFit(set, network);
      images.addAll(
          new ImageBatches(
                  set,
                  shape.image().levels(),
                  binarisation(),
                  EVALUATION_BATCH,
                  PixelData.HELD_OUT_SEED)
              .inOrder());
    }
    try (Engine engine = compute.open()) {
      return new Evaluator<>(network, engine, MICRO_BATCH).evaluate(images);
    }
  }

  /** Draws images, of all classes in turn where the model has classes. */
  public List<BufferedImage> sample(int count) {
    return sample(count, PixelSampling.of(1));
  }

  /**
   * Draws images.
   *
   * @throws IllegalArgumentException if the model has no such class, or is conditioned on vectors
   */
  public List<BufferedImage> sample(int count, PixelSampling sampling) {
    if (count < 1) {
      throw new IllegalArgumentException("%d images, expected 1 or more".formatted(count));
    }
    ImageSampler.Request request =
        ImageSampler.Request.whole(network.format(), classes(count, sampling), sampling.seed());
    List<BufferedImage> images = new ArrayList<>();
    for (ImageSampler.Sample sample :
        draw(request, sampling.temperature(), values -> {}, () -> false)) {
      images.add(ImageGrid.image(sample.levels(), network.format()));
    }
    return images;
  }

  /**
   * Draws what a request leaves open.
   *
   * @param listener hears of values as they are drawn
   * @param cancelled asked before each value; true ends with an exception
   */
  public List<ImageSampler.Sample> draw(
      ImageSampler.Request request,
      double temperature,
      ImageSampler.Listener listener,
      BooleanSupplier cancelled) {
    try (Engine engine = compute.open()) {
      int images = request.given().length;
      int streams = Math.clamp(Math.ceilDiv(images, engine.workers()), 1, STREAMS);
      return new ImageSampler(network, temperature, streams)
          .draw(request, engine, listener, cancelled);
    }
  }

  private Tensor classes(int count, PixelSampling sampling) {
    if (network.vectorWidth() > 0) {
      throw new IllegalArgumentException(
          "the model is conditioned on vectors, expected a request with one for each image");
    }
    int numClasses = network.numClasses();
    Integer label = sampling.label();
    if (label != null && (label < 0 || label >= numClasses)) {
      throw new IllegalArgumentException(
          numClasses == 0
              ? "class %d, expected none: the model has no classes".formatted(label)
              : "class %d, expected 0 to %d".formatted(label, numClasses - 1));
    }
    return ImageModel.labels(count, numClasses, label);
  }
}
