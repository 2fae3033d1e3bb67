package dev.chainrule.pixelcnn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.Linear;
import dev.chainrule.core.nn.transformer.Transformer;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;

/**
 * A decoder-only transformer over the values of an image in raster order, as Image GPT has it (Chen
 * et al. 2020, "Generative Pretraining from Pixels"): every earlier value is seen. A place's vector
 * is the sum of learned vectors of the value before it, and of the row, the column and the channel
 * of the value it predicts. The first place begins with the vector of the image's class, or of no
 * class.
 *
 * <p><b>Differences from the paper:</b> values are the levels themselves, channel after channel,
 * not a palette of colours; positions are sums of rows and columns rather than a vector for each;
 * linear maps have no bias.
 */
public final class PixelTransformer implements ImageModel {
  private final PixelTransformerConfig config;
  private final Parameters parameters = new Parameters();
  final Embedding values;
  final Transformer transformer;
  final Linear head;
  private final Embedding rows;
  private final Embedding columns;
  private final Embedding channels;

  /** Declares all parameters. */
  public PixelTransformer(PixelTransformerConfig config) {
    this.config = config;
    ImageFormat image = config.image();
    int width = config.embeddingDim();
    Initializer normal = Initializer.normal(0.02);
    int ids = image.channels() * image.levels() + Math.max(1, config.numClasses());
    values = new Embedding(parameters, "values", ids, width, normal);
    rows = new Embedding(parameters, "rows", image.height(), width, normal);
    columns = new Embedding(parameters, "columns", image.width(), width, normal);
    channels = new Embedding(parameters, "channels", image.channels(), width, normal);
    transformer = new Transformer(parameters, config.transformer());
    int outputs = config.output().numParameters(image.levels());
    head = new Linear(parameters, "head", width, outputs, false, normal);
  }

  @Override
  public PixelTransformerConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** Parameters of every value's conditional, logits of the levels for a softmax [B, H W C, P]. */
  @Override
  public Variable conditionals(Tape tape, ImageBatch batch) {
    int length = config.image().dimensions();
    if (batch.length() != length) {
      throw new IllegalArgumentException(
          "images of %d values, expected %d: %s".formatted(batch.length(), length, config.image()));
    }
    Tensor ids = tape.integers(batch.size(), length);
    Tensor labels = condition(batch);
    for (int b = 0; b < batch.size(); b++) {
      long from = (long) b * length;
      ids.set(from, classId(labels == null ? 0 : labels.getInt(b)));
      for (int t = 1; t < length; t++) {
        ids.set(from + t, valueId(t - 1, batch.elements().getInt(from + t - 1)));
      }
    }
    Variable x = Ops.addRows(tape, values.forward(tape, ids), positions(tape));
    x = Ops.dropout(tape, x, config.dropout());
    return head.forward(tape, transformer.forward(tape, x));
  }

  /** The vector of every place [H W C, width]. */
  private Variable positions(Tape tape) {
    ImageFormat image = config.image();
    int length = image.dimensions();
    Tensor row = tape.integers(length);
    Tensor column = tape.integers(length);
    Tensor channel = tape.integers(length);
    for (int t = 0; t < length; t++) {
      int pixel = t / image.channels();
      int down = pixel / image.width();
      row.set(t, down);
      column.set(t, pixel % image.width());
      channel.set(t, t % image.channels());
    }
    Variable place = Ops.add(tape, rows.forward(tape, row), columns.forward(tape, column));
    return Ops.add(tape, place, channels.forward(tape, channel));
  }

  /** The vectors of the places with the parameters' present values [H W C, width]. */
  Tensor positions(Parameters parameters) {
    ImageFormat image = config.image();
    int width = config.embeddingDim();
    Tensor table = Tensor.zeros(DType.FLOAT32, image.dimensions(), width);
    Tensor row = parameters.value(rows.table());
    Tensor column = parameters.value(columns.table());
    Tensor channel = parameters.value(channels.table());
    for (int t = 0; t < image.dimensions(); t++) {
      int pixel = t / image.channels();
      long rowAt = (long) (pixel / image.width()) * width;
      long columnAt = (long) (pixel % image.width()) * width;
      long channelAt = (long) (t % image.channels()) * width;
      for (int i = 0; i < width; i++) {
        double place = row.get(rowAt + i) + column.get(columnAt + i) + channel.get(channelAt + i);
        table.set((long) t * width + i, place);
      }
    }
    return table;
  }

  /** The embedded id of value t, which depends on its channel. */
  int valueId(int t, int level) {
    ImageFormat image = config.image();
    if (level < 0 || level >= image.levels()) {
      throw new IllegalArgumentException(
          "level %d in an image, expected 0 to %d".formatted(level, image.levels() - 1));
    }
    return t % image.channels() * image.levels() + level;
  }

  /** The embedded id of a class, before the first value. */
  int classId(int label) {
    int classes = Math.max(1, config.numClasses());
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "class %d, expected 0 to %d".formatted(label, classes - 1));
    }
    return config.image().channels() * config.image().levels() + label;
  }

  @Override
  public Lockstep steps(Engine engine, Parameters parameters, Tensor condition) {
    return new PixelTransformerSteps(this, engine, parameters, condition.toInts());
  }
}
