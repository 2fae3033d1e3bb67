package dev.chainrule.timeseries.likelihood;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;

/** Values less the centre of their series, whose likelihood a network's outputs give. */
public final class Centred {
  private Centred() {}

  /**
   * Targets of a likelihood.
   *
   * @param values [B, T]; NaN is missing, and stays so
   * @param centres [B]
   * @return [B, T], in the tape's memory
   */
  public static Tensor of(Tape tape, Tensor values, Tensor centres) {
    int time = values.dim(1);
    Tensor targets = tape.numbers(values.dim(0), time);
    float[] row = new float[time];
    for (int b = 0; b < values.dim(0); b++) {
      float centre = (float) centres.get(b);
      values.read((long) b * time, row, 0, time);
      for (int t = 0; t < time; t++) {
        row[t] -= centre;
      }
      targets.write((long) b * time, row, 0, time);
    }
    return targets;
  }
}
