package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Batch;

/**
 * Windows of series.
 *
 * @param elements values [B, T]; NaN is missing
 * @param fed what the network is fed in their place [B, T]: most often the elements themselves
 * @param history values before the window [B, L], the last one just before it, or what takes their
 *     place
 * @param covariates what is known of each step beside values [B, T, F]
 * @param centres subtracted from values before they are divided by the scale [B]
 * @param scales of the series [B], above 0
 * @param categories numbers of the series and of its kinds [B, 1 + K], int32; 0 for what is not
 *     known
 */
public record WindowBatch(
    Tensor elements,
    Tensor fed,
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
    Tensor elements = Tensor.zeros(dtype, batch, time);
    int kinds = config.inputs().categories().size();
    return new WindowBatch(
        elements,
        elements,
        Tensor.zeros(dtype, batch, config.historyLength()),
        Tensor.zeros(dtype, batch, time, config.numCovariates()),
        Tensor.zeros(dtype, batch),
        scales,
        Tensor.zeros(DType.INT32, batch, 1 + kinds));
  }

  @Override
  public WindowBatch slice(int from, int to) {
    return new WindowBatch(
        elements.slice(from, to),
        fed.slice(from, to),
        history.slice(from, to),
        covariates.slice(from, to),
        centres.slice(from, to),
        scales.slice(from, to),
        categories.slice(from, to));
  }

  @Override
  public WindowBatch withElements(Tensor other) {
    return new WindowBatch(other, other, history, covariates, centres, scales, categories);
  }

  /** Each window so many times, one after the other. */
  WindowBatch repeat(int times) {
    return new WindowBatch(
        rows(elements, times),
        rows(fed, times),
        rows(history, times),
        rows(covariates, times),
        rows(centres, times),
        rows(scales, times),
        rows(categories, times));
  }

  private static Tensor rows(Tensor of, int times) {
    int[] shape = of.shape();
    shape[0] *= times;
    Tensor repeated = Tensor.zeros(of.dtype(), shape);
    for (int row = 0; row < shape[0]; row++) {
      repeated.slice(row, row + 1).copyFrom(of.slice(row / times, row / times + 1));
    }
    return repeated;
  }

  /** The same windows after other values [B, L]. */
  WindowBatch withHistory(Tensor other) {
    return new WindowBatch(elements, fed, other, covariates, centres, scales, categories);
  }

  /** The first elements of each window [B, N]. */
  Tensor first(int count) {
    Tensor first = Tensor.zeros(elements.dtype(), size(), count);
    for (int b = 0; b < size() && count > 0; b++) {
      first.slice(b, b + 1).copyFrom(elements.range((long) b * length(), 1, count));
    }
    return first;
  }

  /** The same windows, of which the network is fed something else. */
  WindowBatch withFed(Tensor other) {
    return new WindowBatch(elements, other, history, covariates, centres, scales, categories);
  }
}
