package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.PixelMixtureOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * PixelCNN++ (Salimans et al. 2017, "PixelCNN++: Improving the PixelCNN with Discretized Logistic
 * Mixture Likelihood and Other Modifications"). Two streams of whole pixels made causal by shifts,
 * not by masks: one sees the rows above, the other those and the pixels to the left. Both go down
 * to coarser resolutions and up again, with connections from each map on the way down to its mirror
 * image on the way up.
 *
 * <p>The conditional of each channel's value is a mixture of logistics of its own, which by the
 * chain rule is the paper's joint one: the weights of its components are those of the pixel times
 * the likelihoods of the pixel's values before.
 *
 * <p><b>Differences from the paper:</b> bins of any width have their exact mass; the two maps that
 * a block on the way up reads beside its own have a convolution with a norm each rather than one
 * over both; a grey image may have a softmax; the first maps are shifted by their taps, so that
 * their first row or column is the bias rather than zero.
 */
public final class PixelCnnPlusPlus implements ImageModel {
  static final Taps DOWN = Taps.rectangle(-1, 0, -1, 1);
  static final Taps DOWN_RIGHT = Taps.rectangle(-1, 0, -1, 0);
  static final Taps UP = Taps.rectangle(0, 1, -1, 1).withStride(2);
  static final Taps UP_RIGHT = Taps.rectangle(0, 1, 0, 1).withStride(2);

  private final PixelCnnPlusPlusConfig config;
  private final Parameters parameters = new Parameters();
  final NormedConv2d above;
  final NormedConv2d rowAbove;
  final NormedConv2d left;
  final List<Resolution> resolutions = new ArrayList<>();
  final NormedConv2d out;

  /** Declares all parameters. */
  public PixelCnnPlusPlus(PixelCnnPlusPlusConfig config) {
    this.config = config;
    int inputs = config.image().channels() + 1;
    int filters = config.numFilters();
    above =
        NormedConv2d.of(parameters, "start.above", inputs, filters, Taps.rectangle(-2, -1, -1, 1));
    rowAbove =
        NormedConv2d.of(
            parameters, "start.row_above", inputs, filters, Taps.rectangle(-1, -1, -1, 1));
    left =
        NormedConv2d.of(parameters, "start.left", inputs, filters, Taps.rectangle(-1, 0, -1, -1));
    for (int i = 0; i < config.numResolutions(); i++) {
      resolutions.add(new Resolution(parameters, config, i));
    }
    out = NormedConv2d.of(parameters, "out", filters, config.outputs(), Taps.at(0, 0));
  }

  @Override
  public PixelCnnPlusPlusConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** Sets gains and biases so that every unit has mean 0 and a given deviation on these images. */
  @Override
  public void initialise(Engine engine, ImageBatch batch) {
    Tape tape = Tape.evaluation(engine, parameters);
    tape.begin();
    network(tape, batch, true);
  }

  /** Parameters of every value's conditional [B, H W C, P]. */
  @Override
  public Variable conditionals(Tape tape, ImageBatch batch) {
    Variable raw = network(tape, batch);
    int levels = config.image().levels();
    Variable values =
        config.image().channels() == 1
            ? raw
            : PixelMixtureOps.conditionals(
                tape, raw, batch.elements(), levels, ImageOutput.MIN_LOG_SCALE);
    return tape.reshape(
        values, batch.size(), batch.length(), config.output().numParameters(levels));
  }

  @Override
  public Variable nll(Tape tape, ImageBatch batch) {
    Variable raw = network(tape, batch);
    int levels = config.image().levels();
    return config.image().channels() == 1
        ? config.output().nll(tape, raw, batch.elements(), levels)
        : PixelMixtureOps.nll(tape, raw, batch.elements(), levels, ImageOutput.MIN_LOG_SCALE);
  }

  @Override
  public Lockstep steps(Engine engine, Parameters parameters, Tensor condition) {
    return new PixelCnnPlusPlusSteps(this, engine, parameters, condition.toInts());
  }

  /** The network's output for every pixel [B, H, W, P]. */
  Variable network(Tape tape, ImageBatch batch) {
    return network(tape, batch, false);
  }

  private Variable network(Tape tape, ImageBatch batch, boolean initialises) {
    Tensor labels = condition(batch);
    Pass pass = new Pass(tape, labels, initialises);
    // By the channel of ones the network sees where the image ends.
    Variable image = tape.constant(pixels(tape, batch, 1));
    Feature u = new Feature(above.forward(pass, image, null));
    Variable first = rowAbove.forward(pass, image, null);
    Feature ul = new Feature(left.forward(pass, image, first));
    Deque<Streams> maps = new ArrayDeque<>();
    Streams streams = new Streams(u, ul);
    maps.push(streams);
    for (Resolution resolution : resolutions) {
      streams = resolution.goDown(pass, streams, maps);
    }
    streams = maps.pop();
    for (Resolution resolution : resolutions.reversed()) {
      streams = resolution.goUp(pass, streams, maps);
    }
    Variable activated = ElementwiseOps.activation(tape, streams.ul().map(), Activation.ELU);
    return out.forward(pass, activated, null);
  }
}
