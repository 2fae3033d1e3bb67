package dev.chainrule.text.decoder;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;

/**
 * Cosines and sines of the angles of a {@link Rotary}, as far as they were asked for.
 *
 * <p>A table serves all tapes of a model, on any thread.
 */
final class RotaryTable {
  /**
   * The angles of positions from 0 on.
   *
   * @param cos [positions, HS/2]
   * @param sin [positions, HS/2]
   */
  record Angles(Tensor cos, Tensor sin) {}

  private final float[] frequencies;
  private final DType dtype;
  private Angles angles;

  RotaryTable(Rotary rotary, int headDim, DType dtype) {
    this.dtype = dtype;
    frequencies = rotary.frequencies(headDim);
    angles = compute(0);
  }

  /** At least so many positions. */
  synchronized Angles of(int positions) {
    if (angles.cos().dim(0) < positions) {
      angles = compute(Math.max(positions, Math.min(2 * angles.cos().dim(0), 1 << 16)));
    }
    return angles;
  }

  private Angles compute(int positions) {
    int half = frequencies.length;
    Tensor cos = Tensor.zeros(dtype, positions, half);
    Tensor sin = Tensor.zeros(dtype, positions, half);
    for (int t = 0; t < positions; t++) {
      for (int i = 0; i < half; i++) {
        // The product rounded to float32, with which models have learnt.
        float angle = t * frequencies[i];
        cos.set((long) t * half + i, Math.cos(angle));
        sin.set((long) t * half + i, Math.sin(angle));
      }
    }
    return new Angles(cos, sin);
  }
}
