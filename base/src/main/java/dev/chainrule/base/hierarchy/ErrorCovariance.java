package dev.chainrule.base.hierarchy;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The covariance of the errors of all nodes, of which off the diagonal there is a share only
 * (Schäfer and Strimmer 2005, as R's {@code hts} has it): {@code lambda diag(S) + (1 - lambda) S}
 * with {@code S = E'E / T}. It is never written out: memory is that of the errors.
 */
public final class ErrorCovariance {
  private static final int FEWEST = 3;

  private final double[][] errors;
  private final double[] variances;
  private final double lambda;

  private ErrorCovariance(double[][] errors, double[] variances, double lambda) {
    this.errors = errors;
    this.variances = variances;
    this.lambda = lambda;
  }

  /** Errors that are apart, with these variances [nodes]. */
  public static ErrorCovariance diagonal(double[] variances) {
    return new ErrorCovariance(new double[0][], variances.clone(), 1);
  }

  /**
   * Of errors [T][nodes]; rows with one that is missing are left out.
   *
   * @throws InputException if fewer than three rows are left, or the errors of a node are all 0
   */
  public static ErrorCovariance shrunk(double[][] errors) {
    List<double[]> rows = new ArrayList<>();
    for (double[] row : errors) {
      if (Arrays.stream(row).allMatch(Double::isFinite)) {
        rows.add(row);
      }
    }
    if (rows.size() < FEWEST) {
      throw new InputException(
          "found %d steps at which all series have an error, expected %d at least for a covariance."
              .formatted(rows.size(), FEWEST));
    }
    double[][] complete = rows.toArray(new double[0][]);
    int nodes = complete[0].length;
    double[] variances = new double[nodes];
    for (double[] row : complete) {
      for (int i = 0; i < nodes; i++) {
        variances[i] += row[i] * row[i] / complete.length;
      }
    }
    for (int i = 0; i < nodes; i++) {
      if (!(variances[i] > 0)) {
        throw new InputException("node " + i + " was forecast without error, expected some.");
      }
    }
    return new ErrorCovariance(complete, variances, intensity(complete, variances));
  }

  /** Schäfer and Strimmer's share of the diagonal, from the variances of the correlations. */
  private static double intensity(double[][] errors, double[] variances) {
    int steps = errors.length;
    int nodes = variances.length;
    double[][] scaled = new double[nodes][steps];
    for (int i = 0; i < nodes; i++) {
      for (int t = 0; t < steps; t++) {
        scaled[i][t] = errors[t][i] / Math.sqrt(variances[i]);
      }
    }
    double uncertain = 0;
    double squares = 0;
    for (int i = 0; i < nodes; i++) {
      for (int j = 0; j < i; j++) {
        double sum = 0;
        double sumOfSquares = 0;
        for (int t = 0; t < steps; t++) {
          double product = scaled[i][t] * scaled[j][t];
          sum += product;
          sumOfSquares += product * product;
        }
        uncertain += (sumOfSquares - sum * sum / steps) / (steps * (steps - 1.0));
        squares += sum * sum / ((double) steps * steps);
      }
    }
    return squares > 0 ? Math.clamp(uncertain / squares, 0, 1) : 1;
  }

  /** The share of the diagonal. */
  public double lambda() {
    return lambda;
  }

  /** Variances of the nodes [nodes]. */
  public double[] variances() {
    return variances.clone();
  }

  /** One element. */
  public double get(int i, int j) {
    if (i == j) {
      return variances[i];
    }
    double sum = 0;
    for (double[] row : errors) {
      sum += row[i] * row[j];
    }
    return errors.length == 0 ? 0 : (1 - lambda) * sum / errors.length;
  }

  /** The product with C', where C x is what groups are more than their members' sums. */
  double[][] timesIncoherence(Hierarchy hierarchy) {
    int nodes = variances.length;
    int groups = hierarchy.groups().size();
    double[][] product = new double[nodes][groups];
    for (int g = 0; g < groups; g++) {
      product[g][g] += lambda * variances[g];
      for (int member : hierarchy.groups().get(g).members()) {
        product[groups + member][g] -= lambda * variances[groups + member];
      }
    }
    double share = errors.length == 0 ? 0 : (1 - lambda) / errors.length;
    for (double[] row : errors) {
      double[] apart = hierarchy.incoherence(row);
      for (int i = 0; i < nodes; i++) {
        for (int g = 0; g < groups; g++) {
          product[i][g] += share * row[i] * apart[g];
        }
      }
    }
    return product;
  }

  /**
   * A draw of normal errors in units of their deviations, with their correlations [nodes].
   *
   * @param normals standard normal numbers [nodes + rows]
   */
  double[] correlated(double[] normals) {
    int nodes = variances.length;
    double[] result = new double[nodes];
    double own = Math.sqrt(lambda);
    for (int i = 0; i < nodes; i++) {
      result[i] = own * normals[i];
    }
    for (int t = 0; t < errors.length; t++) {
      double weight = Math.sqrt((1 - lambda) / errors.length) * normals[nodes + t];
      for (int i = 0; i < nodes; i++) {
        result[i] += weight * errors[t][i] / Math.sqrt(variances[i]);
      }
    }
    return result;
  }

  int rows() {
    return errors.length;
  }
}
