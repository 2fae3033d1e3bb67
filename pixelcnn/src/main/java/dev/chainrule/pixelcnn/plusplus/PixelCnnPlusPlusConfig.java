package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageModelConfig;
import dev.chainrule.pixelcnn.ImageOutput;

/**
 * The shape of a {@link PixelCnnPlusPlus}.
 *
 * @param image what the images are like
 * @param numResolutions each half as wide and high as the one before; 3 in the paper
 * @param numResidualBlocks of each resolution on the way down to it; 5 in the paper
 * @param numFilters units F of both streams; 192 in the paper
 * @param output the family of the conditionals; logistics where there are three channels
 * @param dropout probability of a zero inside a residual block while training; 0.5 in the paper
 * @param numClasses classes that the model is conditioned on; 0 for none
 */
public record PixelCnnPlusPlusConfig(
    ImageFormat image,
    int numResolutions,
    int numResidualBlocks,
    int numFilters,
    ImageOutput output,
    double dropout,
    int numClasses)
    implements ImageModelConfig {

  public PixelCnnPlusPlusConfig {
    requirePositive("num_resolutions", numResolutions);
    requirePositive("num_residual_blocks", numResidualBlocks);
    requirePositive("num_filters", numFilters);
    if (image.channels() == 3 && output.kind() != ImageOutput.Kind.LOGISTICS) {
      throw new IllegalArgumentException(
          "output %s of images of 3 channels, expected logistics: no channel but by a mixture's"
                  .formatted(output.kind())
              + " coefficients depends on another of its pixel");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout %s, expected at least 0 and less than 1".formatted(dropout));
    }
    if (numClasses < 0) {
      throw new IllegalArgumentException(
          "num_classes %d, expected 0 or more".formatted(numClasses));
    }
  }

  @Override
  public ImageModel model() {
    return new PixelCnnPlusPlus(this);
  }

  /** Numbers that describe a pixel. */
  int outputs() {
    return image.channels() == 3 ? 10 * output.numMixtures() : output.numParameters(image.levels());
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }
}
