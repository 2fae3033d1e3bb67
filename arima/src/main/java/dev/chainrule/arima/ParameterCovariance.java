package dev.chainrule.arima;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularMatrixException;

/**
 * The covariance of the estimates from the inverse Hessian of the objective, by central differences
 * with R's steps: 1e-3 in each ARMA number, 1e-2 least-squares standard errors in each (rotated)
 * regression coefficient.
 *
 * <p>Where that Hessian is not positive definite, as at the border of stationarity, the ARMA
 * coefficients have no variances, and those of the regression are given them: generalised least
 * squares always has some.
 */
final class ParameterCovariance {
  private static final double STEP = 1e-3;

  private ParameterCovariance() {}

  /**
   * The covariance of the free coefficients, ARMA ones first.
   *
   * @return [k][k]; NaN for those without
   */
  static double[][] of(Estimator estimator, Estimator.Estimate estimate, boolean css) {
    Objective objective = estimator.finalObjective(!css);
    double[] point = objective.point(estimate.arma());
    int armaFree = point.length;
    int k = armaFree + estimate.rotatedBeta().length;
    double[] x = Arrays.copyOf(point, k);
    System.arraycopy(estimate.rotatedBeta(), 0, x, armaFree, k - armaFree);
    double[] steps = new double[k];
    for (int i = 0; i < k; i++) {
      boolean finite = Double.isFinite(x[i]);
      steps[i] = i < armaFree ? STEP : 10 * STEP * estimator.design().residualScale;
      if (!finite) {
        return nan(k);
      }
    }
    double[][] hessian = hessian(objective, x, steps);
    double[][] inverse = inverse(hessian, estimator.used());
    int without = 0;
    if (!isPositive(inverse)) {
      without = armaFree;
      inverse = regressionPart(hessian, armaFree, estimator.used());
    }
    double[][] jacobian = jacobian(estimator, point, armaFree, k, css);
    if (k == 0) {
      return inverse;
    }
    RealMatrix a = new Array2DRowRealMatrix(jacobian, false);
    double[][] covariance =
        a.transpose().multiply(new Array2DRowRealMatrix(inverse, false)).multiply(a).getData();
    for (int i = 0; i < without; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i][j] = Double.NaN;
        covariance[j][i] = Double.NaN;
      }
    }
    return covariance;
  }

  private static boolean isPositive(double[][] covariance) {
    for (int i = 0; i < covariance.length; i++) {
      if (!(covariance[i][i] > 0)) {
        return false;
      }
    }
    return true;
  }

  /** The inverse for the coefficients after the ARMA ones alone; zero for those. */
  private static double[][] regressionPart(double[][] hessian, int armaFree, int used) {
    int k = hessian.length;
    double[][] part = new double[k - armaFree][];
    for (int i = armaFree; i < k; i++) {
      part[i - armaFree] = Arrays.copyOfRange(hessian[i], armaFree, k);
    }
    double[][] inverse = inverse(part, used);
    double[][] result = new double[k][k];
    for (int i = armaFree; i < k; i++) {
      System.arraycopy(inverse[i - armaFree], 0, result[i], armaFree, k - armaFree);
    }
    return result;
  }

  private static double[][] hessian(Objective objective, double[] x, double[] steps) {
    int k = x.length;
    double[][] hessian = new double[k][k];
    for (int i = 0; i < k; i++) {
      double[] up = gradient(objective, moved(x, i, steps[i]), steps);
      double[] down = gradient(objective, moved(x, i, -steps[i]), steps);
      for (int j = 0; j < k; j++) {
        hessian[i][j] = (up[j] - down[j]) / (2 * steps[i]);
      }
    }
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        double mean = 0.5 * (hessian[i][j] + hessian[j][i]);
        hessian[i][j] = mean;
        hessian[j][i] = mean;
      }
    }
    return hessian;
  }

  private static double[] gradient(Objective objective, double[] x, double[] steps) {
    double[] g = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      double up = objective.fullValue(moved(x, j, steps[j]));
      double down = objective.fullValue(moved(x, j, -steps[j]));
      g[j] = (up - down) / (2 * steps[j]);
    }
    return g;
  }

  private static double[] moved(double[] x, int i, double by) {
    double[] moved = x.clone();
    moved[i] += by;
    return moved;
  }

  private static double[][] inverse(double[][] hessian, int used) {
    int k = hessian.length;
    if (k == 0) {
      return hessian;
    }
    double[][] scaled = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        scaled[i][j] = hessian[i][j] * used;
        if (!Double.isFinite(scaled[i][j])) {
          return nan(k);
        }
      }
    }
    try {
      return new LUDecomposition(new Array2DRowRealMatrix(scaled, false), 1e-300)
          .getSolver()
          .getInverse()
          .getData();
    } catch (SingularMatrixException e) {
      return nan(k);
    }
  }

  private static double[][] nan(int k) {
    double[][] result = new double[k][k];
    for (double[] row : result) {
      Arrays.fill(row, Double.NaN);
    }
    return result;
  }

  /** Row i: derivative of the reported coefficients with respect to number i of the search. */
  private static double[][] jacobian(
      Estimator estimator, double[] point, int armaFree, int k, boolean css) {
    double[][] jacobian = new double[k][k];
    int[] free = estimator.free();
    if (css || armaFree < estimator.layout().count()) {
      for (int i = 0; i < armaFree; i++) {
        jacobian[i][i] = 1;
      }
      if (!css && armaFree > 0) {
        fillHeld(estimator, point, free, jacobian);
      }
    } else {
      double[][] gradient = estimator.layout().constrainGradient(point);
      for (int i = 0; i < armaFree; i++) {
        System.arraycopy(gradient[i], 0, jacobian[i], 0, armaFree);
      }
    }
    double[][] rotation = estimator.design().rotation;
    for (int i = 0; i < rotation.length; i++) {
      for (int j = 0; j < rotation.length; j++) {
        jacobian[armaFree + j][armaFree + i] = rotation[i][j];
      }
    }
    return jacobian;
  }

  /** Where some coefficients are held, by differences of the whole map. */
  private static void fillHeld(
      Estimator estimator, double[] point, int[] free, double[][] jacobian) {
    Objective objective = estimator.finalObjective(true);
    double[] base = objective.coefficients(point);
    for (int i = 0; i < free.length; i++) {
      double[] moved = objective.coefficients(moved(point, i, STEP));
      for (int j = 0; j < free.length; j++) {
        jacobian[i][j] = (moved[free[j]] - base[free[j]]) / STEP;
      }
    }
  }
}
