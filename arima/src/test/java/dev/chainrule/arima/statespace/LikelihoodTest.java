package dev.chainrule.arima.statespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.junit.jupiter.api.Test;

/** The fast filters against the joint normal density written out. */
class LikelihoodTest {
  private static final double[][][] MODELS = {
    {{}, {}},
    {{0.7}, {}},
    {{}, {-0.9}},
    {{1.2, -0.5}, {0.4}},
    {{0.5, 0, 0, 0.3, -0.15}, {-0.2, 0, 0, -0.6, 0.12}},
    {{}, {-1.6, 0.3}},
    {{0.2, -0.1, 0.3}, {0.5, 0.1, 0.2, 0.7}}
  };

  private static double[] noise(int n) {
    Random random = new Random(5);
    return random.doubles(n).map(u -> random.nextGaussian()).toArray();
  }

  @Test
  void filtersAgreeWithTheJointDensity() {
    for (double[][] model : MODELS) {
      ArmaProcess process = new ArmaProcess(model[0], model[1]);
      for (int n : new int[] {1, 3, 20, 90}) {
        double[] w = noise(n);
        double[] gamma = process.autocovariances(n);
        double[][] cov = new double[n][n];
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            cov[i][j] = gamma[Math.abs(i - j)];
          }
        }
        CholeskyDecomposition cholesky =
            new CholeskyDecomposition(new Array2DRowRealMatrix(cov), 1e-9, 1e-12);
        double quadratic =
            new ArrayRealVector(w).dotProduct(cholesky.getSolver().solve(new ArrayRealVector(w)));
        double logDeterminant = Math.log(cholesky.getDeterminant());
        for (ArmaFilter filter :
            new ArmaFilter[] {
              new ChandrasekharFilter(new double[][] {w}),
              new KalmanFilter(new double[][] {w}, new double[0], DiffuseStart.EXACT)
            }) {
          Moments moments = new Moments(1);
          assertThat(filter.filter(model[0], model[1], moments)).isTrue();
          assertThat(moments.gram(0, 0)).isCloseTo(quadratic, withPercentage(1e-8));
          assertThat(moments.sumLogVariance()).isCloseTo(logDeterminant, within(1e-8));
        }
      }
    }
  }

  @Test
  void autocovariancesSolveTheYuleWalkerEquations() {
    ArmaProcess process = new ArmaProcess(new double[] {1.2, -0.5}, new double[] {0.4});
    double[] gamma = process.autocovariances(30);
    double[] psi = process.psiWeights(400);
    for (int lag = 0; lag <= 30; lag++) {
      double sum = 0;
      for (int i = 0; i + lag < psi.length; i++) {
        sum += psi[i] * psi[i + lag];
      }
      assertThat(gamma[lag]).isCloseTo(sum, within(1e-9));
    }
  }

  @Test
  void stateCovarianceIsStationary() {
    ArmaProcess process =
        new ArmaProcess(
            new double[] {0.5, 0, 0, 0.3, -0.15}, new double[] {-0.2, 0, 0, -0.6, 0.12});
    int r = process.stateSize();
    double[] p = process.stateCovariance();
    double[][] transition = new double[r][r];
    double[] noise = {1, -0.2, 0, 0, -0.6, 0.12};
    for (int i = 0; i < r; i++) {
      transition[i][0] = i < 5 ? process.phi()[i] : 0;
      if (i + 1 < r) {
        transition[i][i + 1] = 1;
      }
    }
    for (int i = 0; i < r; i++) {
      for (int j = 0; j < r; j++) {
        double sum = noise[i] * noise[j];
        for (int k = 0; k < r; k++) {
          for (int l = 0; l < r; l++) {
            sum += transition[i][k] * p[k * r + l] * transition[j][l];
          }
        }
        assertThat(p[i * r + j]).isCloseTo(sum, within(1e-12));
      }
    }
  }

  @Test
  void nonStationaryProcessesHaveNoLikelihood() {
    Moments moments = new Moments(1);
    ArmaFilter filter = new ChandrasekharFilter(new double[][] {noise(10)});
    assertThat(filter.filter(new double[] {1.01}, new double[0], moments)).isFalse();
  }
}
