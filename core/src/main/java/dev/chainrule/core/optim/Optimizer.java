package dev.chainrule.core.optim;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import java.util.Map;

/** Turns gradients into new parameters; keeps state between steps. */
public sealed interface Optimizer permits AdamW, Nd4jOptimizer {
  /** Allocates the state for these parameters where they lie, before the first step. */
  void begin(Parameters parameters);

  /**
   * One step, in place.
   *
   * @param gradients laid out as {@link Parameters#values}
   * @param gradientScale what gradients are multiplied with first, below 1 where they are clipped
   */
  void step(
      Engine engine,
      Parameters parameters,
      Tensor gradients,
      double gradientScale,
      double learningRate);

  /** Steps done so far. */
  long steps();

  /** The state by name, each laid out as {@link Parameters#values}, for checkpoints. */
  Map<String, Tensor> state();

  /** Continues after this many steps, once {@link #state} has been filled. */
  void resume(long steps);

  /** The name in configurations. */
  String name();
}
