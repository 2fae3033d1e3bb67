package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Batch;
import org.jspecify.annotations.Nullable;

/**
 * Images of one format.
 *
 * @param elements levels in raster order [B, H W C], int32
 * @param condition what each image is conditioned on: classes [B], int32, or vectors [B, D],
 *     float32; null for nothing
 */
public record ImageBatch(Tensor elements, @Nullable Tensor condition) implements Batch {
  public ImageBatch {
    if (elements.dtype() != DType.INT32 || elements.rank() != 2) {
      throw new IllegalArgumentException(
          "images %s, expected int32 of shape [batch, values]".formatted(elements));
    }
    if (condition != null
        && (condition.rank() != (condition.dtype() == DType.INT32 ? 1 : 2)
            || condition.dim(0) != elements.dim(0))) {
      throw new IllegalArgumentException(
          "condition %s, expected int32 of shape [%d] or float32 of shape [%d, width]"
              .formatted(condition, elements.dim(0), elements.dim(0)));
    }
  }

  @Override
  public ImageBatch slice(int from, int to) {
    return new ImageBatch(
        elements.slice(from, to), condition == null ? null : condition.slice(from, to));
  }

  @Override
  public ImageBatch withElements(Tensor other) {
    return new ImageBatch(other, condition);
  }
}
