package dev.chainrule.pixelcnn.plain;

import dev.chainrule.pixelcnn.ImageFormat;

/**
 * The shape of a {@link PixelCnn}.
 *
 * @param image what the images are like
 * @param numResidualBlocks after the first layer
 * @param numFilters units h inside a block; the layers between blocks have 2h
 * @param headChannels units of the hidden layer before the logits
 */
public record PixelCnnConfig(
    ImageFormat image, int numResidualBlocks, int numFilters, int headChannels) {
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
}
