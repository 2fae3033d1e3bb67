package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** A value on the tape, and during the backward pass its gradient. */
public final class Variable {
  private final Tensor value;
  private final boolean needsGradient;
  private int slot;
  @Nullable Tensor gradient;
  boolean gradientStarted;

  /** Of another model, and never learnt: {@link Parameters#standOn}. */
  boolean frozen;

  /** What stands for a parameter: operations add to its gradient, as they do to a parameter's. */
  boolean weight;

  Variable(Tensor value, boolean needsGradient, int slot) {
    this.value = value;
    this.needsGradient = needsGradient;
    this.slot = slot;
  }

  public Tensor value() {
    return value;
  }

  /** Whether the backward pass computes a gradient for it. */
  public boolean needsGradient() {
    return needsGradient;
  }

  /** Place among the tape's intermediate variables; negative for parameters and inputs. */
  int slot() {
    return slot;
  }

  /** Of a tape that gives the memory of blocks to the next ones. */
  void moveTo(int place) {
    slot = place;
  }

  /** Whether a gradient has been written already, so that the next must be added. */
  public boolean gradientStarted() {
    return gradientStarted;
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
