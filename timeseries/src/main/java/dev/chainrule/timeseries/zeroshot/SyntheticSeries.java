package dev.chainrule.timeseries.zeroshot;

import dev.chainrule.base.random.CounterRandom;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Series that nobody measured: exponential smoothing, autoregressions, Gaussian processes and
 * sparse counts with parameters drawn anew for each, then outliers, breaks, gaps, and another unit.
 * Series i of a seed is always the same.
 *
 * @param values [n]; NaN is missing
 * @param period values in a season, 1 for none
 */
@SuppressWarnings("ArrayRecordComponent")
public record SyntheticSeries(double[] values, int period) {
  /** Seasons of yearly to minutely series, the common ones more often. */
  private static final int[] PERIODS = {1, 1, 1, 4, 4, 7, 7, 12, 12, 12, 24, 24, 24, 5, 48, 52};

  private static final int WAVES = 48;

  /**
   * Draws series i.
   *
   * @param length n
   */
  public static SyntheticSeries of(long seed, long i, int length) {
    RandomGenerator rng = CounterRandom.of(seed, 31, i);
    int period = PERIODS[rng.nextInt(PERIODS.length)];
    double[] y =
        switch (rng.nextInt(10)) {
          case 0, 1, 2, 3 -> smoothing(rng, length, period);
          case 4, 5 -> autoregression(rng, length, period);
          case 6, 7, 8 -> gaussianProcess(rng, length, period);
          default -> counts(rng, length, period);
        };
    disturb(rng, y);
    // The season that is told may be wrong, or not known.
    int told = rng.nextInt(20) == 0 ? 1 : period;
    return new SyntheticSeries(y, told);
  }

  private static double uniform(RandomGenerator rng, double from, double to) {
    return from + (to - from) * rng.nextDouble();
  }

  private static double logUniform(RandomGenerator rng, double from, double to) {
    return Math.exp(uniform(rng, Math.log(from), Math.log(to)));
  }

  /** Innovations: normal, or of heavier tails. */
  private static double[] noise(RandomGenerator rng, int n) {
    double[] e = new double[n];
    int degrees = rng.nextInt(3) == 0 ? 3 + rng.nextInt(5) : 0;
    for (int t = 0; t < n; t++) {
      double chi = 0;
      for (int k = 0; k < degrees; k++) {
        double g = rng.nextGaussian();
        chi += g * g;
      }
      e[t] = rng.nextGaussian() / (degrees == 0 ? 1 : Math.sqrt(chi / degrees));
    }
    return e;
  }

  /** A season's shape of mean 0: a few harmonics, or a value for each of its steps. */
  private static double[] season(RandomGenerator rng, int period) {
    double[] s = new double[period];
    if (period == 1) {
      return s;
    }
    if (rng.nextInt(3) == 0) {
      Arrays.setAll(s, i -> rng.nextGaussian());
    } else {
      for (int h = 1; h <= Math.min(4, period / 2); h++) {
        double a = rng.nextGaussian() / h;
        double b = rng.nextGaussian() / h;
        for (int i = 0; i < period; i++) {
          double angle = 2 * Math.PI * h * i / period;
          s[i] += a * Math.cos(angle) + b * Math.sin(angle);
        }
      }
    }
    double mean = Arrays.stream(s).average().orElse(0);
    double size = Math.sqrt(Arrays.stream(s).map(v -> (v - mean) * (v - mean)).sum() / period);
    for (int i = 0; i < period; i++) {
      s[i] = (s[i] - mean) / Math.max(size, 1e-9);
    }
    return s;
  }

  /** Error, trend and season, added or multiplied (Hyndman et al. 2008). */
  private static double[] smoothing(RandomGenerator rng, int n, int period) {
    boolean multiplies = rng.nextInt(2) == 0;
    double[] e = noise(rng, n);
    double[] s = season(rng, period);
    double sigma = logUniform(rng, 0.01, 1);
    double strength = rng.nextInt(4) == 0 ? 0 : logUniform(rng, 0.1, 5);
    double alpha = rng.nextInt(4) == 0 ? 0 : uniform(rng, 0, 1);
    double beta = rng.nextInt(2) == 0 ? 0 : alpha * logUniform(rng, 0.001, 0.3);
    double gamma = rng.nextInt(2) == 0 ? 0 : (1 - alpha) * uniform(rng, 0, 0.5);
    double phi = rng.nextInt(2) == 0 ? 1 : uniform(rng, 0.8, 0.99);
    double level = 0;
    double growth = rng.nextInt(2) == 0 ? 0 : rng.nextGaussian() * logUniform(rng, 0.001, 0.1);
    double[] y = new double[n];
    for (int i = 0; i < period; i++) {
      s[i] *= strength * sigma;
    }
    // Days of a week, where a season is one of many steps.
    double[] week = season(rng, 7);
    double weekly = period >= 24 && rng.nextInt(2) == 0 ? sigma * logUniform(rng, 0.1, 3) : 0;
    for (int t = 0; t < n; t++) {
      double error = sigma * e[t];
      y[t] = level + growth + s[t % period] + weekly * week[t / period % 7] + error;
      level += growth + alpha * error;
      growth = phi * (growth + beta * error);
      s[t % period] += gamma * error;
    }
    return multiplies ? exponential(rng, y) : y;
  }

  /** Of the logarithm: what grows and swings in proportion. */
  private static double[] exponential(RandomGenerator rng, double[] y) {
    double middle = Arrays.stream(y).average().orElse(0);
    double size = Arrays.stream(y).map(v -> Math.abs(v - middle)).max().orElse(1);
    double factor = Math.min(1, uniform(rng, 0.1, 3) / Math.max(size, 1e-9));
    double[] x = new double[y.length];
    Arrays.setAll(x, t -> Math.exp(factor * (y[t] - middle)));
    return x;
  }

  /** Roots inside the circle, one at a season, summed up never, once or by season. */
  private static double[] autoregression(RandomGenerator rng, int n, int period) {
    double[] e = noise(rng, n);
    double[] s = season(rng, period);
    double first = uniform(rng, -0.5, 0.98);
    double second = uniform(rng, -0.5, 0.5);
    double seasonal = period > 1 ? uniform(rng, 0, 0.95) : 0;
    double average = uniform(rng, -0.8, 0.8);
    double strength = rng.nextInt(2) == 0 ? 0 : logUniform(rng, 0.2, 5);
    double[] x = new double[n];
    for (int t = 0; t < n; t++) {
      double before = t > 0 ? x[t - 1] : 0;
      double twice = t > 1 ? x[t - 2] : 0;
      double once = t >= period && period > 1 ? x[t - period] : 0;
      x[t] =
          (first + second) * before
              - first * second * twice
              + seasonal * (once - (t > period ? first * x[t - period - 1] : 0))
              + e[t]
              + (t > 0 ? average * e[t - 1] : 0);
      x[t] = Math.clamp(x[t], -1e6, 1e6);
    }
    if (rng.nextInt(3) == 0) {
      for (int t = 1; t < n; t++) {
        x[t] += x[t - 1];
      }
    }
    double size = deviation(x);
    for (int t = 0; t < n; t++) {
      x[t] = x[t] / size + strength * s[t % period];
    }
    return rng.nextInt(3) == 0 ? exponential(rng, x) : x;
  }

  /**
   * Sums of kernels - smooth, rough, of the season, of seven seasons, a line - by random waves
   * (Rahimi and Recht 2007).
   */
  private static double[] gaussianProcess(RandomGenerator rng, int n, int period) {
    double[] y = new double[n];
    int kernels = 1 + rng.nextInt(3);
    for (int k = 0; k < kernels; k++) {
      double size = logUniform(rng, 0.2, 2);
      switch (rng.nextInt(5)) {
        case 0 -> waves(rng, y, size, logUniform(rng, 4, 2.0 * n), 0);
        case 1 -> waves(rng, y, size, logUniform(rng, 2, n), 3);
        case 2 -> repeated(rng, y, size, period);
        case 3 -> repeated(rng, y, size, 7 * period);
        default -> {
          double slope = size * rng.nextGaussian();
          for (int t = 0; t < n; t++) {
            y[t] += slope * t / n;
          }
        }
      }
    }
    if (period > 1 && rng.nextInt(4) > 0) {
      repeated(rng, y, logUniform(rng, 0.3, 2), period);
    }
    double rough = logUniform(rng, 0.01, 1);
    double[] e = noise(rng, n);
    for (int t = 0; t < n; t++) {
      y[t] += rough * e[t];
    }
    return rng.nextInt(3) == 0 ? exponential(rng, y) : y;
  }

  /** A smooth kernel of a length, or one of heavier tails of frequencies. */
  private static void waves(
      RandomGenerator rng, double[] y, double size, double length, int degrees) {
    double amplitude = size * Math.sqrt(2.0 / WAVES);
    for (int w = 0; w < WAVES; w++) {
      double chi = 0;
      for (int k = 0; k < degrees; k++) {
        double g = rng.nextGaussian();
        chi += g * g;
      }
      double tail = degrees == 0 ? 1 : Math.sqrt(chi / degrees);
      double frequency = rng.nextGaussian() / length / Math.max(tail, 1e-3);
      double phase = uniform(rng, 0, 2 * Math.PI);
      for (int t = 0; t < y.length; t++) {
        y[t] += amplitude * Math.cos(frequency * t + phase);
      }
    }
  }

  /** A shape that repeats itself, and may change slowly. */
  private static void repeated(RandomGenerator rng, double[] y, double size, int period) {
    double[] one = season(rng, period);
    double[] two = season(rng, period);
    double turns = rng.nextInt(2) == 0 ? 0 : uniform(rng, 0, 1);
    for (int t = 0; t < y.length; t++) {
      double share = turns * t / y.length;
      y[t] += size * ((1 - share) * one[t % period] + share * two[t % period]);
    }
  }

  /** Small whole numbers, many of them 0. */
  private static double[] counts(RandomGenerator rng, int n, int period) {
    double[] s = season(rng, period);
    double rate = logUniform(rng, 0.05, 20);
    double swing = rng.nextInt(2) == 0 ? 0 : uniform(rng, 0, 0.7);
    double drift = rng.nextInt(3) == 0 ? rng.nextGaussian() : 0;
    double zero = rng.nextInt(2) == 0 ? 0 : uniform(rng, 0, 0.9);
    double[] y = new double[n];
    for (int t = 0; t < n; t++) {
      double mean = rate * Math.exp(Math.clamp(swing * s[t % period] + drift * t / n, -4, 4));
      y[t] = rng.nextDouble() < zero ? 0 : poisson(rng, mean);
    }
    return y;
  }

  private static double poisson(RandomGenerator rng, double mean) {
    if (mean > 30) {
      return Math.max(0, Math.rint(mean + Math.sqrt(mean) * rng.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    double product = rng.nextDouble();
    int count = 0;
    while (product > limit) {
      product *= rng.nextDouble();
      count++;
    }
    return count;
  }

  private static double deviation(double[] y) {
    double mean = Arrays.stream(y).average().orElse(0);
    double squares = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).sum();
    return Math.max(Math.sqrt(squares / y.length), 1e-9);
  }

  /** Outliers, a break, gaps; then an offset and a unit. */
  private static void disturb(RandomGenerator rng, double[] y) {
    double size = deviation(y);
    if (rng.nextInt(5) == 0) {
      double share = uniform(rng, 0, 0.03);
      for (int t = 0; t < y.length; t++) {
        if (rng.nextDouble() < share) {
          y[t] += size * 5 * rng.nextGaussian();
        }
      }
    }
    if (rng.nextInt(8) == 0) {
      int at = rng.nextInt(y.length);
      double jump = 2 * size * rng.nextGaussian();
      for (int t = at; t < y.length; t++) {
        y[t] += jump;
      }
    }
    double offset = rng.nextInt(2) == 0 ? 0 : size * logUniform(rng, 0.5, 50);
    double unit = logUniform(rng, 1e-2, 1e4);
    double gaps = rng.nextInt(12) == 0 ? uniform(rng, 0, 0.2) : 0;
    for (int t = 0; t < y.length; t++) {
      y[t] = rng.nextDouble() < gaps ? Double.NaN : unit * (offset + y[t]);
    }
  }
}
