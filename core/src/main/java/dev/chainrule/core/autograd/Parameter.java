package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;

/**
 * One learned array of a model; where it lies in the flat vector is decided by {@link Parameters}.
 */
public final class Parameter {
  private final String name;
  private final int[] shape;
  private final Initializer initializer;
  private final long offset;

  Parameter(String name, Initializer initializer, long offset, int[] shape) {
    this.name = name;
    this.initializer = initializer;
    this.offset = offset;
    this.shape = shape;
  }

  /** The name in checkpoints, for example {@code h.0.ln_1.weight}. */
  public String name() {
    return name;
  }

  /** A copy of the shape. */
  public int[] shape() {
    return shape.clone();
  }

  /** Size of dimension {@code i}. */
  public int dim(int i) {
    return shape[i];
  }

  /** Number of elements. */
  public long size() {
    return Tensor.sizeOf(shape);
  }

  /** Place of the first element in the flat vector. */
  public long offset() {
    return offset;
  }

  /** Whether weight decay applies: to matrices, not to biases and gains, as is usual. */
  public boolean decays() {
    return shape.length >= 2;
  }

  Initializer initializer() {
    return initializer;
  }

  Tensor in(Tensor flat) {
    return flat.range(offset, shape);
  }
}
