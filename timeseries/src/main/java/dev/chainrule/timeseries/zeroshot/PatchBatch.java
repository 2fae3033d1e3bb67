package dev.chainrule.timeseries.zeroshot;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Batch;

/**
 * Series in patches: K of P values, of which the first are known and the others ahead.
 *
 * @param elements values [B, K P]; NaN is missing
 * @param known patches that are fed, from 1 to K; those after them are ahead [B], int32
 * @param guesses what {@link Guesses} propose for each value [B, K P G], in units of the scale
 * @param centres subtracted from values before they are divided by the scale [B]
 * @param scales of the series [B], above 0
 */
public record PatchBatch(
    Tensor elements, Tensor known, Tensor guesses, Tensor centres, Tensor scales) implements Batch {
  /** Memory for so many series of so many values. */
  static PatchBatch zeros(int batch, int time) {
    Tensor scales = Tensor.zeros(DType.FLOAT32, batch);
    scales.fill(1);
    return new PatchBatch(
        Tensor.zeros(DType.FLOAT32, batch, time),
        Tensor.zeros(DType.INT32, batch),
        Tensor.zeros(DType.FLOAT32, batch, time * Guesses.COUNT),
        Tensor.zeros(DType.FLOAT32, batch),
        scales);
  }

  @Override
  public PatchBatch slice(int from, int to) {
    return new PatchBatch(
        elements.slice(from, to),
        known.slice(from, to),
        guesses.slice(from, to),
        centres.slice(from, to),
        scales.slice(from, to));
  }

  @Override
  public PatchBatch withElements(Tensor other) {
    return new PatchBatch(other, known, guesses, centres, scales);
  }

  /** Writes a series whose values before {@code end} are known. */
  void write(int row, double[] values, int end, int period, int patch) {
    int time = length();
    Normalisation scaled = Normalisation.of(values, end, period);
    centres.set(row, scaled.centre());
    scales.set(row, scaled.scale());
    int patches = end / patch;
    known.set(row, patches);
    float[] row32 = new float[time];
    for (int t = 0; t < time; t++) {
      row32[t] = (float) values[t];
    }
    elements.write((long) row * time, row32, 0, time);
    float[] proposed = new float[time * Guesses.COUNT];
    for (int from = 0; from < time; from += patch) {
      int seen = Math.min(from, end);
      Guesses.write(values, seen, from, from + patch, period, scaled, proposed);
    }
    guesses.write((long) row * proposed.length, proposed, 0, proposed.length);
  }
}
