package dev.chainrule.core.optim;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Any of ND4J's updaters (SGD, Nesterovs, RMSProp, Adagrad, AMSGrad ...) over the flat parameter
 * vector. Where the updater has a learning rate, the trainer's schedule sets it at each step.
 */
public final class Nd4jOptimizer implements Optimizer {
  private final IUpdater updater;
  private @Nullable GradientUpdater<?> instance;
  private @Nullable Tensor state;
  private long steps;

  public Nd4jOptimizer(IUpdater updater) {
    this.updater = updater;
  }

  @Override
  public void begin(Parameters parameters) {
    if (!parameters.values().onHost()) {
      throw new IllegalArgumentException(
          "the updater %s works on ND4J's arrays, expected AdamW for parameters in %s"
              .formatted(name(), parameters.values().memory().name()));
    }
    long length = updater.stateSize(parameters.size());
    Tensor flat = Tensor.zeros(parameters.dtype(), 1, Math.toIntExact(length));
    state = flat;
    instance =
        length == 0
            ? updater.instantiate((INDArray) null, false)
            : updater.instantiate(flat.ndarray(), true);
    steps = 0;
  }

  @Override
  public void step(
      Engine engine,
      Parameters parameters,
      Tensor gradients,
      double gradientScale,
      double learningRate) {
    GradientUpdater<?> u = instance;
    if (u == null) {
      throw new IllegalStateException(name() + " used before begin");
    }
    if (updater.hasLearningRate()) {
      u.getConfig().setLrAndSchedule(learningRate, null);
    }
    INDArray gradient = gradients.reshape(1, Math.toIntExact(parameters.size())).ndarray();
    gradient.muli(gradientScale);
    u.applyUpdater(gradient, Math.toIntExact(steps), 0);
    parameters.values().reshape(1, Math.toIntExact(parameters.size())).ndarray().subi(gradient);
    steps++;
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public Map<String, Tensor> state() {
    return state == null || state.size() == 0 ? Map.of() : Map.of("state", state);
  }

  @Override
  public void resume(long steps) {
    this.steps = steps;
  }

  @Override
  public String name() {
    return updater.getClass().getSimpleName();
  }
}
