package dev.chainrule.core.optim;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.base.parallel.Workers;
import java.util.List;
import java.util.Map;

/** Turns gradients into new parameters; keeps state between steps. */
public sealed interface Optimizer permits AdamW, Nd4jOptimizer {
  /** Allocates the state for these parameters, before the first step. */
  void begin(Parameters parameters);

  /**
   * One step, in place.
   *
   * @param kernels one a worker
   * @param gradients laid out as {@link Parameters#values}
   * @param gradientScale what gradients are multiplied with first, below 1 where they are clipped
   */
  void step(
      Workers workers,
      List<? extends Kernels> kernels,
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
