package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Conv2dOps;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.nn.Linear;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An ordinary small network that tells an image's class, by which drawn images are judged: 5 x 5
 * convolutions to 16 units and 3 x 3 to 32, each of half the resolution, and a linear map.
 */
final class ImageClassifier {
  private static final int FIRST = 16;
  private static final int SECOND = 32;
  private static final double LEARNING_RATE = 3e-3;

  /** One convolution of stride 2. */
  private record Layer(Taps taps, Parameter weight, Parameter bias) {
    static Layer declare(Parameters parameters, String name, int reach, int inputs, int outputs) {
      Taps taps = Taps.rectangle(-reach, reach, -reach, reach).withStride(2);
      Initializer normal = Initializer.normal(Math.sqrt(2.0 / (taps.count() * inputs)));
      return new Layer(
          taps,
          parameters.add(name + ".weight", normal, outputs, taps.count(), inputs),
          parameters.add(name + ".bias", Initializer.constant(0), outputs));
    }

    Variable forward(Tape tape, Variable x) {
      Variable w = tape.parameter(weight);
      Variable y = Conv2dOps.conv2d(tape, x, w, tape.parameter(bias), null, taps);
      return ElementwiseOps.activation(tape, y, Activation.RELU);
    }
  }

  private final ImageFormat format;
  private final int numClasses;
  private final Engine engine;
  private final Parameters parameters = new Parameters();
  private final Layer first;
  private final Layer second;
  private final Linear last;

  ImageClassifier(ImageFormat format, int numClasses, Engine engine, long seed) {
    this.format = format;
    this.numClasses = numClasses;
    this.engine = engine;
    first = Layer.declare(parameters, "first", 2, format.channels(), FIRST);
    second = Layer.declare(parameters, "second", 1, FIRST, SECOND);
    int units = SECOND * Math.ceilDiv(format.height(), 4) * Math.ceilDiv(format.width(), 4);
    Initializer normal = Initializer.normal(1 / Math.sqrt(units));
    last = new Linear(parameters, "last", units, numClasses, true, normal);
    parameters.allocate(DType.FLOAT32, seed);
    parameters.moveTo(engine);
  }

  /** Learns from batches of labelled images. */
  void train(BatchSource<ImageBatch> batches, int steps) {
    AdamW optimizer = new AdamW(new AdamW.Config(0.9, 0.999, 1e-8, 0));
    optimizer.begin(parameters);
    Tape tape = Tape.training(engine, parameters);
    try (Progress bar = Progress.start("training a classifier", steps, "steps")) {
      for (int step = 0; step < steps; step++) {
        ImageBatch batch = batches.at(step);
        Tensor labels = Objects.requireNonNull(batch.condition());
        tape.zeroGradients();
        tape.begin();
        tape.backward(Ops.crossEntropy(tape, logits(tape, batch), labels), 1.0 / batch.size());
        double rate = LEARNING_RATE * (1 - (double) step / steps);
        optimizer.step(engine, parameters, tape.gradients(), 1, rate);
        bar.moveTo(step + 1);
      }
    }
  }

  private Variable logits(Tape tape, ImageBatch batch) {
    Tensor elements = batch.elements();
    Tensor x = tape.numbers(batch.size(), format.height(), format.width(), format.channels());
    for (long i = 0; i < elements.size(); i++) {
      x.set(i, format.scaled(elements.getInt(i)));
    }
    Variable y = second.forward(tape, first.forward(tape, tape.constant(x)));
    int units = Math.toIntExact(y.value().size() / batch.size());
    return last.forward(tape, tape.reshape(y, batch.size(), units));
  }

  /** The most probable class of each image. */
  List<Integer> classes(ImageBatch batch) {
    Tape tape = Tape.evaluation(engine, parameters);
    tape.begin();
    Tensor logits = logits(tape, batch).value().host();
    List<Integer> classes = new ArrayList<>();
    for (int n = 0; n < batch.size(); n++) {
      int best = 0;
      for (int c = 1; c < numClasses; c++) {
        long row = (long) n * numClasses;
        best = logits.get(row + c) > logits.get(row + best) ? c : best;
      }
      classes.add(best);
    }
    return classes;
  }
}
