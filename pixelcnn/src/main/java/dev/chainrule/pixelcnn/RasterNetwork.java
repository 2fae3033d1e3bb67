package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.Tensor;

/**
 * A network that computes each pixel once, in raster order: what a {@link RasterSteps} leads over
 * the image.
 */
public interface RasterNetwork {
  /** The image's present row, into which the decoder writes each value before the next pixel. */
  RowBuffer image();

  /** Begins a new image. */
  void clear();

  /**
   * Computes the conditionals of a pixel of the present row; called again for each of its channels,
   * as they become known.
   *
   * @return parameters of the conditionals of all channels [S, C P], of which those of the first
   *     unknown channel count
   */
  Tensor pixel(int column);

  /** The present row is complete, another follows. */
  void finishRow();
}
