package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.core.model.LockstepDecoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.sampling.Sampler;
import org.jspecify.annotations.Nullable;

/** A model of whole images, conditioned on nothing, on a class, or on a vector. */
public interface ImageModel extends AutoregressiveModel<ImageBatch> {
  /** Its shape. */
  ImageModelConfig config();

  /** What its images are like. */
  default ImageFormat format() {
    return config().image();
  }

  /** Number of classes that it is conditioned on; 0 for none. */
  default int numClasses() {
    return config().numClasses();
  }

  /** Values of the vector that it is conditioned on; 0 for none. */
  default int vectorWidth() {
    return config().vectorWidth();
  }

  /** The family of the conditionals. */
  default ImageOutput output() {
    return config().output();
  }

  /** Negative log-likelihoods of all values in nats [B H W C]. */
  @Override
  default Variable nll(Tape tape, ImageBatch batch) {
    return output().nll(tape, conditionals(tape, batch), batch.elements(), format().levels());
  }

  /** Whether {@link #steps} are an engine's operations on tensors alone, which any memory has. */
  default boolean stepsAnywhere() {
    return false;
  }

  /**
   * Computes each value once, in an engine's own operations; over the processor's memory, but where
   * {@link #stepsAnywhere}.
   *
   * @param parameters that do not change any more
   * @param condition of each stream: classes [S], int32, without effect where the model has none,
   *     or vectors [S, D], float32
   */
  Lockstep steps(Engine engine, Parameters parameters, Tensor condition);

  /** A decoder of images of a batch's conditions; recomputing where it cannot be stepped. */
  @Override
  default Decoder decoder(Engine engine, ImageBatch streams) {
    Tensor given = streams.condition();
    Tensor condition = given != null ? given : Tensor.zeros(DType.INT32, streams.elements().dim(0));
    requireCondition(condition);
    boolean anywhere = stepsAnywhere() && parameters().dtype() == DType.FLOAT32;
    if (!engine.onHost() && !anywhere) {
      return new RecomputingDecoder<>(this, engine, streams);
    }
    Parameters kept = parameters().snapshot(engine);
    return new LockstepDecoder(
        steps(engine, kept, condition),
        s -> steps(engine, kept, condition.slice(s, s + 1)),
        DType.INT32);
  }

  /** A decoder of images of given conditions. */
  default Decoder decoder(Engine engine, Tensor condition) {
    Tensor elements = Tensor.zeros(DType.INT32, condition.dim(0), format().dimensions());
    return decoder(engine, new ImageBatch(elements, condition));
  }

  private void requireCondition(Tensor condition) {
    if (vectorWidth() > 0) {
      requireVectors(condition, vectorWidth());
    } else {
      requireLabels(condition.toInts(), numClasses());
    }
  }

  /**
   * Draws values from conditionals; used by one thread at a time.
   *
   * @param temperature 1 for the model's own distribution, 0 for greedy
   */
  default Sampler sampler(double temperature) {
    return output().sampler(format().levels(), temperature);
  }

  /** Nothing is given: the first pixel is predicted too. */
  @Override
  default int givenElements() {
    return 0;
  }

  /**
   * The images of a batch as a network reads them, values from -1 to 1.
   *
   * @return [B, H, W, C]
   */
  default Variable pixels(Tape tape, ImageBatch batch) {
    return tape.constant(pixels(tape, batch, 0));
  }

  /**
   * As {@link #pixels(Tape, ImageBatch)}, on the host, with further channels of ones.
   *
   * @return [B, H, W, C + ones]
   */
  default Tensor pixels(Tape tape, ImageBatch batch, int ones) {
    ImageFormat f = format();
    Tensor elements = batch.elements();
    if (elements.dim(1) != f.dimensions()) {
      throw new IllegalArgumentException(
          "images of %d values, expected %d: %s".formatted(elements.dim(1), f.dimensions(), f));
    }
    int channels = f.channels() + ones;
    Tensor pixels = tape.numbers(elements.dim(0), f.height(), f.width(), channels);
    if (ones > 0) {
      pixels.fill(1);
    }
    for (long i = 0; i < elements.size(); i++) {
      int level = elements.getInt(i);
      if (level < 0 || level >= f.levels()) {
        throw new IllegalArgumentException(
            "level %d in an image, expected 0 to %d".formatted(level, f.levels() - 1));
      }
      pixels.set(i / f.channels() * channels + i % f.channels(), f.scaled(level));
    }
    return pixels;
  }

  /**
   * What the images of a batch are conditioned on, classes [B] or vectors [B, D]; null where the
   * model has neither.
   *
   * @throws IllegalArgumentException if the batch lacks what the model needs
   */
  default @Nullable Tensor condition(ImageBatch batch) {
    Tensor condition = batch.condition();
    if (vectorWidth() > 0) {
      return requireVectors(condition, vectorWidth());
    }
    if (numClasses() > 0 && (condition == null || condition.dtype() != DType.INT32)) {
      throw new IllegalArgumentException(
          "images without classes, expected one of %d classes each".formatted(numClasses()));
    }
    return numClasses() > 0 ? condition : null;
  }

  /** Refuses what is not a vector of a width for each image. */
  static Tensor requireVectors(@Nullable Tensor condition, int width) {
    if (condition == null || condition.rank() != 2 || condition.dim(1) != width) {
      throw new IllegalArgumentException(
          "images conditioned on %s, expected a vector of %d values each"
              .formatted(condition, width));
    }
    return condition;
  }

  /**
   * Refuses classes that a model does not have.
   *
   * @throws IllegalArgumentException that names the class, or says that there is no stream
   */
  static void requireLabels(int[] labels, int numClasses) {
    if (labels.length == 0) {
      throw new IllegalArgumentException("a decoder of 0 streams, expected 1 or more");
    }
    for (int label : labels) {
      if (numClasses > 0 && (label < 0 || label >= numClasses)) {
        throw new IllegalArgumentException(
            "class %d, expected 0 to %d".formatted(label, numClasses - 1));
      }
    }
  }

  /**
   * Labels of images that are drawn.
   *
   * @param label of all of them; null for all classes in turn, 0 where there are none
   */
  static Tensor labels(int images, int numClasses, @Nullable Integer label) {
    Tensor labels = Tensor.zeros(DType.INT32, images);
    for (int i = 0; i < images; i++) {
      labels.set(i, label != null ? label : numClasses == 0 ? 0 : i % numClasses);
    }
    return labels;
  }

  /** A one-dimensional array of labels as a tensor. */
  static Tensor labels(int... labels) {
    Tensor tensor = Tensor.zeros(DType.INT32, labels.length);
    for (int i = 0; i < labels.length; i++) {
      tensor.set(i, labels[i]);
    }
    return tensor;
  }
}
