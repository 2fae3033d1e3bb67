package dev.chainrule.pixelcnn.gated;

import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageModelConfig;
import dev.chainrule.pixelcnn.ImageOutput;

/**
 * The shape of a {@link GatedPixelCnn}.
 *
 * @param image what the images are like
 * @param numLayers gated layers, the first (mask A) among them
 * @param numFilters units F of each stack
 * @param firstKernelSize of the first layer, odd
 * @param kernelSize of the other layers, odd
 * @param headChannels units of the hidden layer before the logits
 * @param output the family of the conditionals
 * @param numClasses classes that the model is conditioned on; 0 for none
 * @param vectorWidth values of the vector that it is conditioned on; 0 for none
 */
public record GatedPixelCnnConfig(
    ImageFormat image,
    int numLayers,
    int numFilters,
    int firstKernelSize,
    int kernelSize,
    int headChannels,
    ImageOutput output,
    int numClasses,
    int vectorWidth)
    implements ImageModelConfig {

  /** Rows and columns of the largest kernel. */
  public static final int MAX_KERNEL_SIZE = 63;

  public GatedPixelCnnConfig {
    requirePositive("num_layers", numLayers);
    requireOdd("first_kernel_size", firstKernelSize);
    requireOdd("kernel_size", kernelSize);
    if (numFilters < image.channels() || headChannels < image.channels()) {
      throw new IllegalArgumentException(
          "num_filters %d and head_channels %d, expected at least one unit for each of %d channels"
              .formatted(numFilters, headChannels, image.channels()));
    }
    if (firstKernelSize < 3) {
      throw new IllegalArgumentException(
          "first_kernel_size %d, expected 3 or more: with 1 nothing is read"
              .formatted(firstKernelSize));
    }
    if (numClasses < 0) {
      throw new IllegalArgumentException(
          "num_classes %d, expected 0 or more".formatted(numClasses));
    }
    if (vectorWidth < 0 || (vectorWidth > 0 && numClasses > 0)) {
      throw new IllegalArgumentException(
          "vector_width %d beside %d classes, expected 0, or more without classes"
              .formatted(vectorWidth, numClasses));
    }
  }

  /** With a softmax over the levels. */
  public GatedPixelCnnConfig(
      ImageFormat image,
      int numLayers,
      int numFilters,
      int firstKernelSize,
      int kernelSize,
      int headChannels,
      int numClasses) {
    this(
        image,
        numLayers,
        numFilters,
        firstKernelSize,
        kernelSize,
        headChannels,
        ImageOutput.softmax(),
        numClasses,
        0);
  }

  @Override
  public ImageModel model() {
    return new GatedPixelCnn(this);
  }

  /** 7 layers of 64 units, 7 x 7 then 3 x 3: small enough for a CPU. */
  public static GatedPixelCnnConfig small(ImageFormat image, int numClasses) {
    return new GatedPixelCnnConfig(image, 7, 64, 7, 3, 64, numClasses);
  }

  /** Rows above a pixel that its conditional depends on. */
  public int rowsAbove() {
    return firstKernelSize / 2 + (numLayers - 1) * (kernelSize / 2);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }

  private static void requireOdd(String name, int value) {
    if (value < 1 || value % 2 == 0 || value > MAX_KERNEL_SIZE) {
      throw new IllegalArgumentException(
          "%s %d, expected an odd number up to %d".formatted(name, value, MAX_KERNEL_SIZE));
    }
  }
}
