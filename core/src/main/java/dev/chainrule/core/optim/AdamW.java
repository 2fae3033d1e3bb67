package dev.chainrule.core.optim;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.AdamWStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), in one pass over memory, split
 * over the workers. Decay applies to parameters of two or more dimensions ({@link
 * Parameter#decays}).
 */
public final class AdamW implements Optimizer {
  /**
   * The settings.
   *
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param epsilon added to the root of the second moment
   * @param weightDecay times the learning rate, what each step takes off a weight
   */
  public record Config(double beta1, double beta2, double epsilon, double weightDecay) {
    public Config {
      requireBelowOne("beta1", beta1);
      requireBelowOne("beta2", beta2);
      if (!(epsilon > 0)) {
        throw new IllegalArgumentException("epsilon %s, expected above 0".formatted(epsilon));
      }
      if (!(weightDecay >= 0)) {
        throw new IllegalArgumentException(
            "weight_decay %s, expected 0 or more".formatted(weightDecay));
      }
    }

    /** The settings usual for small transformers: 0.9, 0.99, 1e-8, 0.1. */
    public static Config defaults() {
      return new Config(0.9, 0.99, 1e-8, 0.1);
    }

    private static void requireBelowOne(String name, double value) {
      if (!(value >= 0 && value < 1)) {
        throw new IllegalArgumentException(
            "%s %s, expected at least 0 and less than 1".formatted(name, value));
      }
    }
  }

  private final Config config;
  private @Nullable Tensor m;
  private @Nullable Tensor v;
  private long steps;

  /** A range of the flat vectors, of one parameter. */
  private record Part(Tensor parameters, Tensor gradients, Tensor m, Tensor v, boolean decays) {}

  private final List<List<Part>> parts = new ArrayList<>();
  private @Nullable Tensor splitGradients;

  public AdamW(Config config) {
    this.config = config;
  }

  @Override
  public void begin(Parameters parameters) {
    m = parameters.vector(parameters.values().memory());
    v = parameters.vector(parameters.values().memory());
    steps = 0;
    splitGradients = null;
  }

  @Override
  public void step(
      Engine engine,
      Parameters parameters,
      Tensor gradients,
      double gradientScale,
      double learningRate) {
    steps++;
    AdamWStep plain = atStep(gradientScale, learningRate, 0);
    AdamWStep decaying = atStep(gradientScale, learningRate, config.weightDecay());
    if (gradients != splitGradients || parts.size() != engine.workers()) {
      split(engine, parameters, gradients);
    }
    engine.run(
        worker -> {
          for (Part part : parts.get(worker)) {
            engine
                .kernels(worker)
                .arrays()
                .adamW(
                    part.parameters,
                    part.gradients,
                    part.m,
                    part.v,
                    part.decays ? decaying : plain);
          }
        });
  }

  /** Cuts the flat vectors into what each worker updates, once: later steps find the views made. */
  private void split(Engine engine, Parameters parameters, Tensor gradients) {
    parts.clear();
    for (int worker = 0; worker < engine.workers(); worker++) {
      long from = parameters.from(engine, worker);
      long to = parameters.from(engine, worker + 1);
      List<Part> own = new ArrayList<>();
      for (Parameter parameter : parameters.all()) {
        long first = Math.max(from, parameter.offset());
        long length = Math.min(to, parameter.offset() + parameter.size()) - first;
        if (length > 0) {
          own.add(
              new Part(
                  parameters.values().part(first, length),
                  gradients.part(first, length),
                  state(m).part(first, length),
                  state(v).part(first, length),
                  parameter.decays()));
        }
      }
      parts.add(own);
    }
    splitGradients = gradients;
  }

  private AdamWStep atStep(double gradientScale, double learningRate, double weightDecay) {
    return new AdamWStep(
        gradientScale,
        config.beta1(),
        config.beta2(),
        learningRate / (1 - Math.pow(config.beta1(), (double) steps)),
        1 / Math.sqrt(1 - Math.pow(config.beta2(), (double) steps)),
        config.epsilon(),
        learningRate * weightDecay);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of("m", state(m), "v", state(v));
  }

  @Override
  public void resume(long steps) {
    this.steps = steps;
  }

  @Override
  public String name() {
    return "adamw";
  }

  private static Tensor state(@Nullable Tensor tensor) {
    if (tensor == null) {
      throw new IllegalStateException("AdamW used before begin");
    }
    return tensor;
  }
}
