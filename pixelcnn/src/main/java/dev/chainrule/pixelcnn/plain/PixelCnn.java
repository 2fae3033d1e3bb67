package dev.chainrule.pixelcnn.plain;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;
import dev.chainrule.pixelcnn.OutputHead;
import dev.chainrule.pixelcnn.RasterSteps;
import java.util.ArrayList;
import java.util.List;

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
  final OutputHead head;

  /** Declares all parameters. */
  public PixelCnn(PixelCnnConfig config) {
    this.config = config;
    ImageFormat image = config.image();
    int channels = image.channels();
    int width = 2 * config.numFilters();
    MaskedConv2d.Mask maskA = MaskedConv2d.Mask.of(MaskType.A, channels, channels, width);
    Taps before = Taps.raster(FIRST_KERNEL, channels > 1);
    first = new MaskedConv2d(parameters, "first", channels, width, before, true, maskA);
    for (int block = 0; block < config.numResidualBlocks(); block++) {
      blocks.add(new ResidualBlock(parameters, "block." + block, config));
    }
    int perValue = config.output().numParameters(image.levels());
    head = new OutputHead(parameters, image, perValue, width, config.headChannels());
  }

  @Override
  public PixelCnnConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** Parameters of every value's conditional, logits of the levels for a softmax [B, H W C, P]. */
  @Override
  public Variable conditionals(Tape tape, ImageBatch batch) {
    Variable x = first.forward(tape, pixels(tape, batch));
    for (ResidualBlock block : blocks) {
      x = block.forward(tape, x);
    }
    return head.forward(tape, x);
  }

  @Override
  public Lockstep steps(Engine engine, Parameters parameters, Tensor condition) {
    return new RasterSteps(
        config.image(), new PixelCnnSteps(this, engine, parameters, condition.toInts()));
  }
}
