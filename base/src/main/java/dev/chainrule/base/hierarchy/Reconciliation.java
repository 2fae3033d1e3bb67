package dev.chainrule.base.hierarchy;

import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.Locale;

/**
 * How forecasts of a hierarchy are made to add up (Wickramasuriya, Athanasopoulos, Hyndman 2019).
 */
public enum Reconciliation {
  /** Sums of the bottom series' forecasts. */
  BOTTOM_UP,
  /** The total by the means of the bottom series' historical shares (Gross and Sohl's A). */
  TOP_DOWN_AVERAGE,
  /** The total by the shares of the bottom series' historical means (Gross and Sohl's F). */
  TOP_DOWN_MEAN,
  /** The total, split level by level in proportion to the forecasts; nested groups only. */
  TOP_DOWN_FORECAST,
  /** Least squares: all errors alike and apart. */
  OLS,
  /** Weights by how many bottom series a node sums. */
  STRUCTURAL,
  /** Weights by the variances of one-step errors. */
  VARIANCE,
  /** Least trace of the errors' covariance, which is shrunk to its diagonal. */
  MINT;

  /** Its name in options: {@code bottom_up}, {@code mint}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is told by errors of one step. */
  public boolean needsErrors() {
    return this == VARIANCE || this == MINT;
  }

  /**
   * The reconciler of a hierarchy.
   *
   * @param history values of all nodes [T][nodes], for shares; NaN is missing
   * @param errors one-step errors of all nodes [T][nodes]; rows with one that is missing are left
   *     out
   * @throws InputException if history or errors do not tell what is needed
   */
  public Reconciler of(Hierarchy hierarchy, double[][] history, double[][] errors) {
    int groups = hierarchy.groups().size();
    int nodes = hierarchy.size();
    return switch (this) {
      case BOTTOM_UP -> base -> hierarchy.sums(Arrays.copyOfRange(base, groups, nodes));
      case TOP_DOWN_AVERAGE, TOP_DOWN_MEAN -> topDown(hierarchy, history, this == TOP_DOWN_MEAN);
      case TOP_DOWN_FORECAST -> new ForecastShares(hierarchy);
      case OLS -> {
        double[] ones = new double[nodes];
        Arrays.fill(ones, 1);
        yield new Projection(hierarchy, ErrorCovariance.diagonal(ones));
      }
      case STRUCTURAL -> {
        double[] counts = new double[nodes];
        Arrays.setAll(counts, i -> i < groups ? hierarchy.groups().get(i).members().length : 1);
        yield new Projection(hierarchy, ErrorCovariance.diagonal(counts));
      }
      case VARIANCE ->
          new Projection(
              hierarchy, ErrorCovariance.diagonal(ErrorCovariance.shrunk(errors).variances()));
      case MINT -> new Projection(hierarchy, ErrorCovariance.shrunk(errors));
    };
  }

  private static int total(Hierarchy hierarchy) {
    for (int g = 0; g < hierarchy.groups().size(); g++) {
      if (hierarchy.groups().get(g).members().length == hierarchy.bottoms().size()) {
        return g;
      }
    }
    throw new InputException("a hierarchy without a total has nothing to go down from.");
  }

  private static Reconciler topDown(Hierarchy hierarchy, double[][] history, boolean means) {
    int top = total(hierarchy);
    int groups = hierarchy.groups().size();
    double[] shares = new double[hierarchy.bottoms().size()];
    double whole = 0;
    int steps = 0;
    for (double[] row : history) {
      double sum = row[top];
      if (Double.isNaN(sum) || (!means && sum == 0)) {
        continue;
      }
      steps++;
      whole += sum;
      for (int i = 0; i < shares.length; i++) {
        shares[i] += means ? row[groups + i] : row[groups + i] / sum;
      }
    }
    double unit = means ? whole : steps;
    if (steps == 0 || unit == 0) {
      throw new InputException("the total has no value other than 0, which tell no shares.");
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= unit;
    }
    return base -> {
      double[] bottom = new double[shares.length];
      Arrays.setAll(bottom, i -> base[top] * shares[i]);
      return hierarchy.sums(bottom);
    };
  }
}
