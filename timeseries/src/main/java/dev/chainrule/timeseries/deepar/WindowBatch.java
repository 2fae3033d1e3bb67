package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Batch;

/**
 * Windows of series.
 *
 * @param elements values [B, T]; NaN is missing
 * @param history values before the window [B, L], the last one just before it; NaN is missing
 * @param covariates what is known of each step beside values [B, T, F]
 * @param centres subtracted from values before they are divided by the scale [B]
 * @param scales of the series [B], above 0
 * @param categories numbers of the series [B], int32; 0 for one that is not known
 */
public record WindowBatch(
    Tensor elements,
    Tensor history,
    Tensor covariates,
    Tensor centres,
    Tensor scales,
    Tensor categories)
    implements Batch {
  /** Memory for windows; values and centres of zero, scales of one. */
  public static WindowBatch zeros(DType dtype, int batch, int time, DeepArConfig config) {
    Tensor scales = Tensor.zeros(dtype, batch);
    scales.fill(1);
    return new WindowBatch(
        Tensor.zeros(dtype, batch, time),
        Tensor.zeros(dtype, batch, config.historyLength()),
        Tensor.zeros(dtype, batch, time, config.numCovariates()),
        Tensor.zeros(dtype, batch),
        scales,
        Tensor.zeros(DType.INT32, batch));
  }

  @Override
  public WindowBatch slice(int from, int to) {
    return new WindowBatch(
        elements.slice(from, to),
        history.slice(from, to),
        covariates.slice(from, to),
        centres.slice(from, to),
        scales.slice(from, to),
        categories.slice(from, to));
  }

  @Override
  public WindowBatch withElements(Tensor other) {
    return new WindowBatch(other, history, covariates, centres, scales, categories);
  }
}
