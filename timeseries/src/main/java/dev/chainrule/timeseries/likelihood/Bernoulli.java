package dev.chainrule.timeseries.likelihood;

import dev.chainrule.core.array.Tensor;
import java.util.random.RandomGenerator;

/** Zero or one: the raw output is the logit of one. */
public record Bernoulli() implements Likelihood {
  @Override
  public String name() {
    return "bernoulli";
  }

  @Override
  public int numParameters() {
    return 1;
  }

  @Override
  public double nll(Tensor raw, long at, double target, double scale, Tensor slopes) {
    double logit = raw.get(at);
    slopes.set(at, Special.sigmoid(logit) - target);
    return target > 0 ? Special.softplus(-logit) : Special.softplus(logit);
  }

  @Override
  public double sample(Tensor raw, long at, double scale, RandomGenerator rng) {
    return rng.nextDouble() < Special.sigmoid(raw.get(at)) ? 1 : 0;
  }

  @Override
  public boolean supports(double value) {
    return value == 0 || value == 1;
  }

  @Override
  public String support() {
    return "0 or 1";
  }

  @Override
  public boolean hasLocation() {
    return false;
  }

  @Override
  public Scaling scaling() {
    return Scaling.NONE;
  }
}
