package dev.chainrule.pixelcnn.gated;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gated PixelCNN (van den Oord et al. 2016, "Conditional Image Generation with PixelCNN Decoders"):
 * a vertical stack that sees all rows above, a horizontal stack that sees the pixels to the left
 * and, through a link, the vertical stack; together they see every earlier pixel within reach.
 *
 * <p><b>Differences from the paper:</b> the output sums skip connections of all layers; binary
 * images too have a softmax, over two levels, which is the same distribution as one sigmoid; groups
 * of units for R, G and B take turns rather than being thirds.
 */
public final class GatedPixelCnn implements ImageModel {
  private final GatedPixelCnnConfig config;
  private final Parameters parameters = new Parameters();
  final List<GatedLayer> layers = new ArrayList<>();
  final MaskedConv2d hidden;
  final MaskedConv2d logits;

  /** Declares all parameters. */
  public GatedPixelCnn(GatedPixelCnnConfig config) {
    this.config = config;
    for (int layer = 0; layer < config.numLayers(); layer++) {
      layers.add(new GatedLayer(parameters, "layer." + layer, config, layer));
    }
    int channels = config.image().channels();
    int outputs = config.output().numParameters(config.image().levels());
    int filters = config.numFilters();
    int head = config.headChannels();
    Taps own = Taps.at(0, 0);
    var turns = MaskedConv2d.Mask.turns(channels, filters);
    var headTurns = MaskedConv2d.Mask.turns(channels, head);
    var runs = MaskedConv2d.Mask.runs(outputs);
    boolean grey = channels == 1;
    hidden =
        new MaskedConv2d(
            parameters,
            "head.hidden",
            filters,
            head,
            own,
            true,
            grey ? null : new MaskedConv2d.Mask(MaskType.B, turns, headTurns));
    logits =
        new MaskedConv2d(
            parameters,
            "head.logits",
            head,
            channels * outputs,
            own,
            true,
            grey ? null : new MaskedConv2d.Mask(MaskType.B, headTurns, runs));
  }

  @Override
  public GatedPixelCnnConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** Parameters of every value's conditional, logits of the levels for a softmax [B, H W C, P]. */
  @Override
  public Variable conditionals(Tape tape, ImageBatch batch) {
    Variable pixels = pixels(tape, batch);
    Tensor condition = condition(batch);
    Variable v = pixels;
    Variable h = pixels;
    Variable skip = null;
    for (GatedLayer layer : layers) {
      GatedLayer.State state =
          layer.forward(
              tape, Objects.requireNonNull(v), Objects.requireNonNull(h), skip, condition);
      v = state.vertical();
      h = state.horizontal();
      skip = state.skip();
    }
    Variable out = head(tape, skip);
    return tape.reshape(
        out, batch.size(), batch.length(), out.value().dim(3) / config.image().channels());
  }

  private Variable head(Tape tape, @Nullable Variable skip) {
    Variable x = ElementwiseOps.activation(tape, Objects.requireNonNull(skip), Activation.RELU);
    x = ElementwiseOps.activation(tape, hidden.forward(tape, x), Activation.RELU);
    return logits.forward(tape, x);
  }

  @Override
  public boolean stepsAnywhere() {
    return true;
  }

  @Override
  public Lockstep steps(Engine engine, Parameters parameters, Tensor condition) {
    return new GatedPixelCnnSteps(this, engine, parameters, condition);
  }
}
