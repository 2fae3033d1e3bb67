package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Batch;
import org.jspecify.annotations.Nullable;

/**
 * Images of one format.
 *
 * @param elements levels in raster order [B, H W C], int32
 * @param labels classes [B], int32; null where the model has none
 */
public record ImageBatch(Tensor elements, @Nullable Tensor labels) implements Batch {
  public ImageBatch {
    if (elements.dtype() != DType.INT32 || elements.rank() != 2) {
      throw new IllegalArgumentException(
          "images %s, expected int32 of shape [batch, values]".formatted(elements));
    }
    if (labels != null && (labels.dtype() != DType.INT32 || !labels.hasShape(elements.dim(0)))) {
      throw new IllegalArgumentException(
          "labels %s, expected int32 of shape [%d]".formatted(labels, elements.dim(0)));
    }
  }

  @Override
  public ImageBatch slice(int from, int to) {
    return new ImageBatch(elements.slice(from, to), labels == null ? null : labels.slice(from, to));
  }

  @Override
  public ImageBatch withElements(Tensor other) {
    return new ImageBatch(other, labels);
  }
}
