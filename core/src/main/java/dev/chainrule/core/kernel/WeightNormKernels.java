package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Weight normalisation (Salimans and Kingma 2016): {@code w = g v / |v|}, a gain g and a norm for
 * each unit. The methods here are the definition; engines have faster ones.
 */
public interface WeightNormKernels {
  /**
   * Normalised weights. The units are the rows of v, or its columns: those of a transposed
   * convolution, which is held by its input units.
   *
   * @param w [O, M], or [M, O] where units are columns
   * @param norms [O], saved
   * @param v of the shape of w
   * @param gain [O]
   */
  default void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    long depth = v.size() / units;
    for (int o = 0; o < units; o++) {
      double sum = 0;
      for (long i = 0; i < depth; i++) {
        double value = v.get(columns ? i * units + o : o * depth + i);
        sum += value * value;
      }
      double norm = Math.sqrt(sum);
      norms.set(o, norm);
      for (long i = 0; i < depth; i++) {
        long at = columns ? i * units + o : o * depth + i;
        w.set(at, gain.get(o) / norm * v.get(at));
      }
    }
  }

  /** Backward of {@link #weightNorm}, added to dV and dGain. */
  default void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    long depth = v.size() / units;
    for (int o = 0; o < units; o++) {
      double norm = norms.get(o);
      double dot = 0;
      for (long i = 0; i < depth; i++) {
        long at = columns ? i * units + o : o * depth + i;
        dot += dW.get(at) * v.get(at);
      }
      dot /= norm;
      dGain.set(o, dGain.get(o) + dot);
      double factor = gain.get(o) / norm;
      for (long i = 0; i < depth; i++) {
        long at = columns ? i * units + o : o * depth + i;
        dV.set(at, dV.get(at) + factor * (dW.get(at) - dot / norm * v.get(at)));
      }
    }
  }
}
