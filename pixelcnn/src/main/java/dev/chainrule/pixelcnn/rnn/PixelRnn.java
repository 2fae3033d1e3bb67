package dev.chainrule.pixelcnn.rnn;

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
 * PixelRNN (van den Oord et al. 2016, "Pixel Recurrent Neural Networks"): a 7 x 7 convolution with
 * mask A, then residual layers of an LSTM whose state goes over the image, then two 1 x 1 layers.
 *
 * <p>The <b>Row LSTM</b> takes a row at a time; what a pixel sees of the rows above widens by one
 * pixel to each side a row, so that parts of the upper left and right are not seen. The <b>Diagonal
 * BiLSTM</b> takes a diagonal at a time, from two corners, and sees every earlier pixel in its
 * first layer (but for the last one of the row above, more than three columns away: under mask A
 * nothing in its row has read it). Its state from the upper right has seen pixels to the right in
 * its own row: what it gives to a pixel is what it was at the pixel above.
 *
 * <p><b>Differences from the paper:</b> states begin at zero, they are not learned; binary images
 * too have a softmax, over two levels, which is the same distribution as one sigmoid; groups of
 * units for R, G and B take turns rather than being thirds; the map from the states back to the
 * residual stream has no bias; classes add a vector to the gates.
 */
public final class PixelRnn implements ImageModel {
  private static final int FIRST_KERNEL = 7;

  private final PixelRnnConfig config;
  private final Parameters parameters = new Parameters();
  final MaskedConv2d first;
  final List<RecurrentLayer> layers = new ArrayList<>();
  final OutputHead head;

  /** Declares all parameters. */
  public PixelRnn(PixelRnnConfig config) {
    this.config = config;
    ImageFormat image = config.image();
    int channels = image.channels();
    int width = 2 * config.numUnits();
    MaskedConv2d.Mask maskA = MaskedConv2d.Mask.of(MaskType.A, channels, channels, width);
    Taps before = Taps.raster(FIRST_KERNEL, channels > 1);
    first = new MaskedConv2d(parameters, "first", channels, width, before, true, maskA);
    for (int layer = 0; layer < config.numLayers(); layer++) {
      String name = "layer." + layer;
      layers.add(
          switch (config.recurrence()) {
            case ROW_LSTM -> new RowLstm(parameters, name, config);
            case DIAGONAL_BILSTM -> new DiagonalBiLstm(parameters, name, config);
          });
    }
    int perValue = config.output().numParameters(image.levels());
    head = new OutputHead(parameters, image, perValue, width, config.headChannels());
  }

  @Override
  public PixelRnnConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** Parameters of every value's conditional, logits of the levels for a softmax [B, H W C, P]. */
  @Override
  public Variable conditionals(Tape tape, ImageBatch batch) {
    Tensor labels = condition(batch);
    Variable x = first.forward(tape, pixels(tape, batch));
    for (RecurrentLayer layer : layers) {
      x = layer.forward(tape, x, labels);
    }
    return head.forward(tape, x);
  }

  @Override
  public Lockstep steps(Engine engine, Parameters parameters, Tensor condition) {
    return new RasterSteps(
        config.image(), new PixelRnnSteps(this, engine, parameters, condition.toInts()));
  }
}
