package dev.chainrule.base.hierarchy;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.forecast.SimulatedForecast;
import dev.chainrule.base.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.special.Erf;

/** Forecasts of all nodes that add up: their means, and draw by draw. */
public final class CoherentForecasts {
  private static final double LEAST = 1e-6;

  private CoherentForecasts() {}

  /** Means [nodes][horizon] that add up. */
  public static double[][] means(Reconciler reconciler, double[][] base) {
    int horizon = base[0].length;
    double[][] result = new double[base.length][horizon];
    double[] column = new double[base.length];
    for (int h = 0; h < horizon; h++) {
      for (int i = 0; i < base.length; i++) {
        column[i] = base[i][h];
      }
      double[] coherent = reconciler.reconcile(column);
      for (int i = 0; i < base.length; i++) {
        result[i][h] = coherent[i];
      }
    }
    return result;
  }

  /**
   * Sample paths that add up, draw by draw.
   *
   * @param base of all nodes, with as many paths of the same horizon each
   */
  public static List<SamplePaths> paths(Reconciler reconciler, List<SamplePaths> base) {
    int count = base.getFirst().paths().length;
    int horizon = base.getFirst().horizon();
    double[][][] result = new double[base.size()][count][];
    for (int p = 0; p < count; p++) {
      double[][] one = new double[base.size()][horizon];
      for (int i = 0; i < one.length; i++) {
        double[][] paths = base.get(i).paths();
        if (paths.length != count || paths[p].length != horizon) {
          throw new IllegalArgumentException(
              "paths: found %d of %d steps, expected %d of %d for every node"
                  .formatted(paths.length, paths[p].length, count, horizon));
        }
        one[i] = paths[p];
      }
      double[][] coherent = means(reconciler, one);
      for (int i = 0; i < one.length; i++) {
        result[i][p] = coherent[i];
      }
    }
    List<SamplePaths> all = new ArrayList<>();
    for (double[][] paths : result) {
      all.add(new SamplePaths(paths));
    }
    return all;
  }

  /**
   * Forecasts of all nodes that add up. Draws of the nodes' own distributions, which go together as
   * the one-step errors did, are reconciled; a step's draws say nothing of those of other steps.
   *
   * @param base of all nodes
   * @param errors how errors of the nodes go together
   * @param draws how many
   */
  public static List<Forecast> of(
      Reconciler reconciler, List<Forecast> base, ErrorCovariance errors, int draws, long seed) {
    int nodes = base.size();
    int horizon = base.getFirst().horizon();
    double[][] means = new double[nodes][];
    for (int i = 0; i < nodes; i++) {
      means[i] = base.get(i).means();
    }
    double[][] coherent = means(reconciler, means);
    double[][][] paths = new double[nodes][draws][horizon];
    RandomGenerator random = CounterRandom.of(seed, 0);
    double[] normals = new double[nodes + errors.rows()];
    double[] column = new double[nodes];
    for (int p = 0; p < draws; p++) {
      for (int h = 0; h < horizon; h++) {
        for (int k = 0; k < normals.length; k++) {
          normals[k] = random.nextGaussian();
        }
        double[] z = errors.correlated(normals);
        for (int i = 0; i < nodes; i++) {
          double u = Math.clamp(0.5 * Erf.erfc(-z[i] / Math.sqrt(2)), LEAST, 1 - LEAST);
          column[i] = base.get(i).quantile(h, u);
        }
        double[] draw = reconciler.reconcile(column);
        for (int i = 0; i < nodes; i++) {
          paths[i][p][h] = draw[i];
        }
      }
    }
    List<Forecast> result = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      result.add(new SimulatedForecast(coherent[i], new SamplePaths(paths[i])));
    }
    return result;
  }
}
