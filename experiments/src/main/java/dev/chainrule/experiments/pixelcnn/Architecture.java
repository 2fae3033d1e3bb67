package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModelConfig;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.pixelcnn.plusplus.PixelCnnPlusPlusConfig;
import java.util.Locale;

/** The models of images. Each says how the command's options become its shape. */
enum Architecture {
  /** Gated PixelCNN. */
  GATED(GatedPixelCnnConfig.class) {
    @Override
    ImageModelConfig config(ModelOptions options, ImageFormat image, int numClasses) {
      int width = options.width(64);
      return new GatedPixelCnnConfig(
          image, options.layers(7), width, 7, 3, width, options.output(), numClasses);
    }
  },

  /** PixelCNN++. */
  PLUSPLUS(PixelCnnPlusPlusConfig.class) {
    @Override
    ImageModelConfig config(ModelOptions options, ImageFormat image, int numClasses) {
      return new PixelCnnPlusPlusConfig(
          image,
          options.resolutions(),
          options.layers(2),
          options.width(32),
          options.output(ImageOutput.Kind.LOGISTICS),
          options.dropout(0.1),
          numClasses);
    }
  };

  private final Class<? extends ImageModelConfig> configType;

  Architecture(Class<? extends ImageModelConfig> configType) {
    this.configType = configType;
  }

  /** The record that holds its shape. */
  Class<? extends ImageModelConfig> configType() {
    return configType;
  }

  /**
   * Its shape.
   *
   * @param options as the user gave them
   * @param image what the images are like
   * @param numClasses classes to condition on; 0 for none
   * @throws IllegalArgumentException if there is no such model
   */
  abstract ImageModelConfig config(ModelOptions options, ImageFormat image, int numClasses);

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
