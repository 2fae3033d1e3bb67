package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;

/**
 * What a gate adds for the class or the vector h that an image is conditioned on: V h (van den Oord
 * et al. 2016, "Conditional Image Generation with PixelCNN Decoders", equation 4). A class stands
 * for the vector that is one at its place and zero elsewhere.
 */
public final class Conditioning {
  private static final double DEVIATION = 0.1;

  private final boolean ofClasses;
  private final Parameter weight;

  private Conditioning(boolean ofClasses, Parameter weight) {
    this.ofClasses = ofClasses;
    this.weight = weight;
  }

  /** By classes; declares {@code name.weight} [numClasses, units]. */
  public static Conditioning classes(
      Parameters parameters, String name, int numClasses, int units) {
    Initializer normal = Initializer.normal(DEVIATION);
    return new Conditioning(true, parameters.add(name + ".weight", normal, numClasses, units));
  }

  /** By vectors of a width; declares {@code name.weight} [units, width]. */
  public static Conditioning vectors(Parameters parameters, String name, int width, int units) {
    Initializer normal = Initializer.normal(DEVIATION / Math.sqrt(width));
    return new Conditioning(false, parameters.add(name + ".weight", normal, units, width));
  }

  /**
   * What is added.
   *
   * @param condition classes [B], int32, or vectors [B, D]
   * @return [B, units]
   */
  public Variable forward(Tape tape, Tensor condition) {
    if (ofClasses) {
      return Ops.embedding(tape, condition, tape.parameter(weight));
    }
    Tensor h = tape.numbers(condition.dim(0), condition.dim(1));
    for (long i = 0; i < condition.size(); i++) {
      h.set(i, condition.get(i));
    }
    return Ops.linear(tape, tape.constant(h), tape.parameter(weight), null);
  }

  /**
   * What is added, without a tape, at the host.
   *
   * @param condition classes [S], int32, or vectors [S, D]
   * @return [S, units]
   */
  public Tensor rows(Parameters parameters, Tensor condition) {
    Tensor w = parameters.value(weight).host();
    int streams = condition.dim(0);
    int units = ofClasses ? w.dim(1) : w.dim(0);
    Tensor rows = Tensor.zeros(DType.FLOAT32, streams, units);
    for (int s = 0; s < streams; s++) {
      for (int u = 0; u < units; u++) {
        rows.set(
            (long) s * units + u,
            ofClasses
                ? w.get((long) condition.getInt(s) * units + u)
                : product(w, u, condition, s));
      }
    }
    return rows;
  }

  private static double product(Tensor w, int unit, Tensor condition, int stream) {
    int width = w.dim(1);
    double sum = 0;
    for (int d = 0; d < width; d++) {
      sum += w.get((long) unit * width + d) * condition.get((long) stream * width + d);
    }
    return sum;
  }
}
