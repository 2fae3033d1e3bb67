package dev.chainrule.arima.ets;

import dev.chainrule.base.forecast.NormalForecast;

/**
 * Mean and variance of models with multiplicative errors and season and a trend that is additive or
 * absent (class 3 of Hyndman et al. 2008, section 6.3), whose state is the product of level and
 * growth with each of the seasons. There moments are products of Kronecker's matrices, which are
 * blocks of two by two, one in each row of blocks; here these blocks alone are kept.
 */
final class ProductMoments {
  private final int m;
  private final double sigma2;
  private final double[][] f;
  private final double[][] g;
  private final double[][] seasonG;
  private final double[][] firstK;
  private double[][] mean;
  private double[][][][] variance;

  private ProductMoments(EtsFit fit, boolean asR) {
    EtsParameters p = fit.last();
    this.m = fit.period();
    this.sigma2 = fit.sigma2();
    double first = asR ? 1 : p.phi();
    this.f = new double[][] {{1, first}, {0, p.phi()}};
    this.g = new double[][] {{p.alpha(), p.alpha() * first}, {p.beta(), p.beta() * first}};
    this.seasonG = scaled(g, p.gamma());
    this.firstK = sum(scaled(f, p.gamma()), g);
    this.mean = new double[m][];
    for (int i = 0; i < m; i++) {
      // Block m - 1 is the season of the next step.
      double s = p.seasons()[m - 1 - i];
      mean[i] = new double[] {p.level() * s, p.growth() * s};
    }
    this.variance = new double[m][m][2][2];
  }

  static NormalForecast forecast(EtsFit fit, int horizon, boolean asR) {
    ProductMoments moments = new ProductMoments(fit, asR);
    double[] means = new double[horizon];
    double[] deviations = new double[horizon];
    double first = asR ? 1 : fit.last().phi();
    for (int h = 0; h < horizon; h++) {
      double[] last = moments.mean[moments.m - 1];
      double[][] v = moments.variance[moments.m - 1][moments.m - 1];
      means[h] = last[0] + first * last[1];
      double spread = v[0][0] + first * (v[0][1] + v[1][0]) + first * first * v[1][1];
      deviations[h] = Math.sqrt((1 + fit.sigma2()) * spread + fit.sigma2() * means[h] * means[h]);
      moments.step();
    }
    return new NormalForecast(means, deviations);
  }

  /** The block that a row of blocks takes from: seasons move on by one, the last comes first. */
  private int from(int i) {
    return i == 0 ? m - 1 : i - 1;
  }

  private void step() {
    double[][][][] next = new double[m][m][][];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        next[i][j] = block(i, j);
      }
    }
    double[][] moved = new double[m][];
    for (int i = 0; i < m; i++) {
      double[][] by = i == 0 ? sum(f, scaled(seasonG, sigma2)) : f;
      double[] x = mean[from(i)];
      moved[i] =
          new double[] {by[0][0] * x[0] + by[0][1] * x[1], by[1][0] * x[0] + by[1][1] * x[1]};
    }
    mean = moved;
    variance = next;
  }

  private double[][] block(int i, int j) {
    double[][] v = variance[from(i)][from(j)];
    double[] a = mean[from(i)];
    double[] b = mean[from(j)];
    double[][] outer = {{a[0] * b[0], a[0] * b[1]}, {a[1] * b[0], a[1] * b[1]}};
    double[][] result = product(f, v, f);
    double[][] ki = i == 0 ? firstK : g;
    double[][] kj = j == 0 ? firstK : g;
    add(result, product(ki, sum(v, outer), kj), sigma2);
    if (j == 0) {
      add(result, product(f, v, seasonG), sigma2);
    }
    if (i == 0) {
      add(result, product(seasonG, v, f), sigma2);
    }
    if (i == 0 && j == 0) {
      double[][] both = sum(scaled(v, 3), scaled(outer, 2));
      add(result, product(seasonG, both, seasonG), sigma2 * sigma2);
    }
    return result;
  }

  private static void add(double[][] to, double[][] what, double times) {
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        to[i][j] += times * what[i][j];
      }
    }
  }

  private static double[][] scaled(double[][] a, double by) {
    return new double[][] {{by * a[0][0], by * a[0][1]}, {by * a[1][0], by * a[1][1]}};
  }

  private static double[][] sum(double[][] a, double[][] b) {
    return new double[][] {
      {a[0][0] + b[0][0], a[0][1] + b[0][1]}, {a[1][0] + b[1][0], a[1][1] + b[1][1]}
    };
  }

  /** a v b'. */
  private static double[][] product(double[][] a, double[][] v, double[][] b) {
    double[][] result = new double[2][2];
    for (int i = 0; i < 2; i++) {
      double left = a[i][0] * v[0][0] + a[i][1] * v[1][0];
      double right = a[i][0] * v[0][1] + a[i][1] * v[1][1];
      for (int j = 0; j < 2; j++) {
        result[i][j] = left * b[j][0] + right * b[j][1];
      }
    }
    return result;
  }
}
