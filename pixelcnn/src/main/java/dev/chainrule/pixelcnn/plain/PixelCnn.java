package dev.chainrule.pixelcnn.plain;

import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PixelCNN (van den Oord et al. 2016, "Pixel Recurrent Neural Networks"): one stack of masked
 * convolutions, 7 x 7 with mask A, then residual blocks of 3 x 3 with mask B, then two 1 x 1
 * layers. Pixels to the upper right of a wedge are not seen, however many the blocks: the blind
 * spot that {@link dev.chainrule.pixelcnn.gated.GatedPixelCnn} does away with.
 *
 * <p><b>Differences from the paper:</b> binary images too have a softmax, over two levels, which is
 * the same distribution as one sigmoid; groups of units for R, G and B take turns rather than being
 * thirds.
 */
public final class PixelCnn implements ImageModel {
  private static final int FIRST_KERNEL = 7;

  private final PixelCnnConfig config;
  private final Parameters parameters = new Parameters();
  final MaskedConv2d first;
  final List<ResidualBlock> blocks = new ArrayList<>();
  final MaskedConv2d hidden;
  final MaskedConv2d logits;

  /** Declares all parameters. */
  public PixelCnn(PixelCnnConfig config) {
    this.config = config;
    int channels = config.image().channels();
    int levels = config.image().levels();
    int width = 2 * config.numFilters();
    int head = config.headChannels();
    boolean grey = channels == 1;
    MaskedConv2d.Mask maskA =
        grey
            ? null
            : new MaskedConv2d.Mask(
                MaskType.A,
                MaskedConv2d.Mask.turns(channels, channels),
                MaskedConv2d.Mask.turns(channels, width));
    Taps before = Taps.raster(FIRST_KERNEL, !grey);
    first = new MaskedConv2d(parameters, "first", channels, width, before, true, maskA);
    for (int block = 0; block < config.numResidualBlocks(); block++) {
      blocks.add(new ResidualBlock(parameters, "block." + block, config));
    }
    Taps own = Taps.at(0, 0);
    hidden =
        new MaskedConv2d(
            parameters, "head.hidden", width, head, own, true, mask(channels, width, head));
    MaskedConv2d.Mask maskOut =
        grey
            ? null
            : new MaskedConv2d.Mask(
                MaskType.B,
                MaskedConv2d.Mask.turns(channels, head),
                MaskedConv2d.Mask.runs(levels));
    logits =
        new MaskedConv2d(parameters, "head.logits", head, channels * levels, own, true, maskOut);
  }

  /** Mask B between layers of these widths; null for one channel, whose units may all be read. */
  static MaskedConv2d.@Nullable Mask mask(int channels, int inputs, int outputs) {
    return channels == 1
        ? null
        : new MaskedConv2d.Mask(
            MaskType.B,
            MaskedConv2d.Mask.turns(channels, inputs),
            MaskedConv2d.Mask.turns(channels, outputs));
  }

  public PixelCnnConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public ImageFormat format() {
    return config.image();
  }

  @Override
  public ImageOutput output() {
    return ImageOutput.softmax();
  }

  @Override
  public int numClasses() {
    return 0;
  }

  /** Logits of every value's level [B, H W C, V]. */
  @Override
  public Variable conditionals(Tape tape, ImageBatch batch) {
    Variable x = first.forward(tape, pixels(tape, batch));
    for (ResidualBlock block : blocks) {
      x = block.forward(tape, x);
    }
    x = hidden.forward(tape, ElementwiseOps.activation(tape, x, Activation.RELU));
    x = logits.forward(tape, ElementwiseOps.activation(tape, x, Activation.RELU));
    return tape.reshape(x, batch.size(), batch.length(), config.image().levels());
  }

  @Override
  public Variable nll(Tape tape, ImageBatch batch) {
    return Ops.crossEntropy(tape, conditionals(tape, batch), batch.elements());
  }

  @Override
  public Decoder decoder(int[] labels) {
    return new PixelCnnDecoder(this, labels.length);
  }
}
