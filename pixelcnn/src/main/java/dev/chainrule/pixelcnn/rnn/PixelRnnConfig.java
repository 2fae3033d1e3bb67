package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageModelConfig;
import dev.chainrule.pixelcnn.ImageOutput;

/**
 * The shape of a {@link PixelRnn}.
 *
 * @param image what the images are like
 * @param recurrence how the layers go over the image
 * @param numLayers recurrent layers, after the first, which is a convolution
 * @param numUnits units h of an LSTM; the layers between have 2h
 * @param headChannels units of the hidden layer before the logits
 * @param output the family of the conditionals
 * @param numClasses classes that the model is conditioned on; 0 for none
 */
public record PixelRnnConfig(
    ImageFormat image,
    Recurrence recurrence,
    int numLayers,
    int numUnits,
    int headChannels,
    ImageOutput output,
    int numClasses)
    implements ImageModelConfig {
  /** How a layer's state goes over an image. */
  public enum Recurrence {
    /** From row to row; a pixel reads three of the row above. */
    ROW_LSTM,
    /** From diagonal to diagonal, from the upper left and from the upper right corner. */
    DIAGONAL_BILSTM
  }

  /** Pixels of the largest image: each layer keeps the order in which it goes over them. */
  public static final int MAX_PIXELS = 1 << 17;

  public PixelRnnConfig {
    if ((long) image.height() * image.width() > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "images of %d x %d pixels, expected at most %,d of a recurrent network"
              .formatted(image.height(), image.width(), MAX_PIXELS));
    }
    if (numLayers < 1) {
      throw new IllegalArgumentException("num_layers %d, expected 1 or more".formatted(numLayers));
    }
    if (numUnits < image.channels() || headChannels < image.channels()) {
      throw new IllegalArgumentException(
          "num_units %d and head_channels %d, expected at least one unit for each of %d channels"
              .formatted(numUnits, headChannels, image.channels()));
    }
    if (numClasses < 0) {
      throw new IllegalArgumentException(
          "num_classes %d, expected 0 or more".formatted(numClasses));
    }
  }

  @Override
  public ImageModel model() {
    return new PixelRnn(this);
  }
}
