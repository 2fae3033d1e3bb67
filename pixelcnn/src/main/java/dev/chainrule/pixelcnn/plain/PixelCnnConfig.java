package dev.chainrule.pixelcnn.plain;

import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageModelConfig;
import dev.chainrule.pixelcnn.ImageOutput;

/**
 * The shape of a {@link PixelCnn}.
 *
 * @param image what the images are like
 * @param numResidualBlocks after the first layer
 * @param numFilters units h inside a block; the layers between blocks have 2h
 * @param headChannels units of the hidden layer before the logits
 * @param output the family of the conditionals
 */
public record PixelCnnConfig(
    ImageFormat image, int numResidualBlocks, int numFilters, int headChannels, ImageOutput output)
    implements ImageModelConfig {
  public PixelCnnConfig {
    if (numResidualBlocks < 0) {
      throw new IllegalArgumentException(
          "num_residual_blocks %d, expected 0 or more".formatted(numResidualBlocks));
    }
    if (numFilters < image.channels() || headChannels < image.channels()) {
      throw new IllegalArgumentException(
          "num_filters %d and head_channels %d, expected at least one unit for each of %d channels"
              .formatted(numFilters, headChannels, image.channels()));
    }
  }

  /** The model knows no classes. */
  @Override
  public int numClasses() {
    return 0;
  }

  @Override
  public ImageModel model() {
    return new PixelCnn(this);
  }
}
