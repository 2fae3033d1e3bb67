package dev.chainrule.base.hierarchy;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.SingularMatrixException;

/**
 * The coherent values nearest to base forecasts by the inverse of their errors' covariance W: of
 * the bottom series {@code b - (W C')_b (C W C')^-1 C y}, where C y is what groups are more than
 * their members' sums. It is {@code (S' W^-1 S)^-1 S' W^-1 y} (Wickramasuriya et al. 2019, equation
 * 10) without an inverse of W, of which only a matrix of the size of the groups is factorised.
 */
final class Projection implements Reconciler {
  /** What is added to the diagonal where errors of groups are those of their members exactly. */
  private static final double RIDGE = 1e-10;

  private final Hierarchy hierarchy;
  private final double[][] gain;
  private final DecompositionSolver solver;

  Projection(Hierarchy hierarchy, ErrorCovariance covariance) {
    this.hierarchy = hierarchy;
    this.gain = covariance.timesIncoherence(hierarchy);
    int groups = hierarchy.groups().size();
    double[][] apart = new double[groups][groups];
    double size = 0;
    for (int g = 0; g < groups; g++) {
      apart[g] = gain[g].clone();
      for (int member : hierarchy.groups().get(g).members()) {
        for (int k = 0; k < groups; k++) {
          apart[g][k] -= gain[groups + member][k];
        }
      }
      size = Math.max(size, apart[g][g]);
    }
    for (int g = 0; g < groups; g++) {
      for (int k = 0; k < g; k++) {
        double mean = 0.5 * (apart[g][k] + apart[k][g]);
        apart[g][k] = mean;
        apart[k][g] = mean;
      }
    }
    this.solver = solver(apart, size);
  }

  private static DecompositionSolver solver(double[][] matrix, double size) {
    for (double ridge = 0; ; ridge = ridge == 0 ? RIDGE * size : 100 * ridge) {
      for (int g = 0; g < matrix.length; g++) {
        matrix[g][g] += ridge;
      }
      try {
        return new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-12, 0)
            .getSolver();
      } catch (NonPositiveDefiniteMatrixException | SingularMatrixException e) {
        if (ridge > size) {
          throw e;
        }
      }
    }
  }

  @Override
  public double[] reconcile(double[] base) {
    int groups = hierarchy.groups().size();
    double[] weights =
        solver.solve(new ArrayRealVector(hierarchy.incoherence(base), false)).toArray();
    double[] bottom = new double[hierarchy.bottoms().size()];
    for (int i = 0; i < bottom.length; i++) {
      bottom[i] = base[groups + i];
      for (int g = 0; g < groups; g++) {
        bottom[i] -= gain[groups + i][g] * weights[g];
      }
    }
    return hierarchy.sums(bottom);
  }
}
