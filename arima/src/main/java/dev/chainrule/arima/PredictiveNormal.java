package dev.chainrule.arima;

import dev.chainrule.base.distribution.UnivariateDistribution;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.distribution.NormalDistribution;

/** The normal distribution given by its mean and its standard deviation, which is above 0. */
public record PredictiveNormal() implements UnivariateDistribution {
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
  private static final NormalDistribution STANDARD = new NormalDistribution(null, 0, 1);

  @Override
  public int numParameters() {
    return 2;
  }

  @Override
  public double logProb(float[] parameters, double x) {
    double z = (x - parameters[0]) / parameters[1];
    return -HALF_LOG_2_PI - Math.log(parameters[1]) - 0.5 * z * z;
  }

  @Override
  public double sample(float[] parameters, RandomGenerator rng) {
    return parameters[0] + parameters[1] * rng.nextGaussian();
  }

  @Override
  public double mean(float[] parameters) {
    return parameters[0];
  }

  @Override
  public double quantile(float[] parameters, double level) {
    return parameters[0] + parameters[1] * STANDARD.inverseCumulativeProbability(level);
  }
}
