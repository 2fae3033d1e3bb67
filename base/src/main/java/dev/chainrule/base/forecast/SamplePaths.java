package dev.chainrule.base.forecast;

import java.util.Arrays;

/** A forecast given by sample paths. */
public final class SamplePaths implements Forecast {
  private final double[][] paths;
  private final double[][] sorted;

  /**
   * A forecast.
   *
   * @param paths [numSamples][horizon], at least one, all finite
   */
  public SamplePaths(double[][] paths) {
    if (paths.length == 0) {
      throw new IllegalArgumentException("sample paths: found none, expected at least one");
    }
    this.paths = paths;
    this.sorted = new double[paths[0].length][paths.length];
    for (int h = 0; h < sorted.length; h++) {
      for (int i = 0; i < paths.length; i++) {
        sorted[h][i] = paths[i][h];
      }
      Arrays.sort(sorted[h]);
    }
  }

  /** The paths [numSamples][horizon]. */
  public double[][] paths() {
    return paths;
  }

  /** All draws of one step in rising order [numSamples]. */
  public double[] sorted(int step) {
    return sorted[step].clone();
  }

  @Override
  public int horizon() {
    return sorted.length;
  }

  @Override
  public double mean(int step) {
    double sum = 0;
    for (double value : sorted[step]) {
      sum += value;
    }
    return sum / paths.length;
  }

  /** Linear between order statistics (Hyndman and Fan's type 7, as R and NumPy by default). */
  @Override
  public double quantile(int step, double probability) {
    double[] draws = sorted[step];
    double position = probability * (draws.length - 1);
    int below = (int) Math.floor(position);
    if (below >= draws.length - 1) {
      return draws[draws.length - 1];
    }
    return draws[below] + (position - below) * (draws[below + 1] - draws[below]);
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
