package dev.chainrule.pixelcnn.transformer;

import dev.chainrule.core.nn.transformer.TransformerConfig;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageModelConfig;
import dev.chainrule.pixelcnn.ImageOutput;

/**
 * The shape of a {@link PixelTransformer}.
 *
 * @param image what the images are like
 * @param numLayers number of blocks L
 * @param numHeads attention heads of each block
 * @param embeddingDim width C of the residual stream, a multiple of the number of heads
 * @param dropout probability on embeddings and on the output of both halves of a block
 * @param output the family of the conditionals
 * @param numClasses classes that the model is conditioned on; 0 for none
 */
public record PixelTransformerConfig(
    ImageFormat image,
    int numLayers,
    int numHeads,
    int embeddingDim,
    double dropout,
    ImageOutput output,
    int numClasses)
    implements ImageModelConfig {
  public PixelTransformerConfig {
    transformer(image, numLayers, numHeads, embeddingDim, dropout);
    if (numClasses < 0) {
      throw new IllegalArgumentException(
          "num_classes %d, expected 0 or more".formatted(numClasses));
    }
  }

  @Override
  public ImageModel model() {
    return new PixelTransformer(this);
  }

  /** What lies between the embeddings and the output map. */
  TransformerConfig transformer() {
    return transformer(image, numLayers, numHeads, embeddingDim, dropout);
  }

  private static TransformerConfig transformer(
      ImageFormat image, int numLayers, int numHeads, int embeddingDim, double dropout) {
    return new TransformerConfig(
        image.dimensions(), numLayers, numHeads, embeddingDim, dropout, false);
  }
}
