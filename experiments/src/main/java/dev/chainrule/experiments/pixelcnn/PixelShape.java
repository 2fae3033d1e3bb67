package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import java.util.Locale;

/**
 * Which model of images, and its sizes.
 *
 * @param architecture the model
 * @param image what its images are like
 * @param numLayers layers, the first among them
 * @param numFilters units of a layer
 * @param firstKernelSize of the first layer, odd
 * @param kernelSize of the other layers, odd
 * @param headChannels units of the hidden layer before the logits
 * @param numClasses classes that the model is conditioned on; 0 for none
 */
record PixelShape(
    Architecture architecture,
    ImageFormat image,
    int numLayers,
    int numFilters,
    int firstKernelSize,
    int kernelSize,
    int headChannels,
    int numClasses) {
  /** The models. */
  enum Architecture {
    /** Gated PixelCNN. */
    GATED;

    /** The name as the user writes it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  PixelShape {
    switch (architecture) {
      case GATED ->
          gated(
              image, numLayers, numFilters, firstKernelSize, kernelSize, headChannels, numClasses);
    }
  }

  private static GatedPixelCnnConfig gated(
      ImageFormat image,
      int numLayers,
      int numFilters,
      int firstKernelSize,
      int kernelSize,
      int headChannels,
      int numClasses) {
    return new GatedPixelCnnConfig(
        image, numLayers, numFilters, firstKernelSize, kernelSize, headChannels, numClasses);
  }

  /** A model of this shape, its parameters declared. */
  ImageModel model() {
    return switch (architecture) {
      case GATED ->
          new GatedPixelCnn(
              gated(
                  image,
                  numLayers,
                  numFilters,
                  firstKernelSize,
                  kernelSize,
                  headChannels,
                  numClasses));
    };
  }
}
