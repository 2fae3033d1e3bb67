package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Bernoulli;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.array.Tensor;

/** Zero or one: the raw output is the logit of one. */
record BernoulliLikelihood() implements Likelihood {
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
  public Distribution distribution(float[] row, double scale) {
    return new Bernoulli(Special.sigmoid(row[0]));
  }

  @Override
  public Support support() {
    return Support.classes(2);
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
