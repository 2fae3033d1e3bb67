package dev.chainrule.base.hierarchy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.NormalForecast;
import dev.chainrule.base.forecast.SamplePaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconciliationTest {
  /** Eight series in two states of two regions each, nested. */
  private static Hierarchy nested() {
    List<String> bottoms = List.of("a", "b", "c", "d", "e", "f", "g", "h");
    return Hierarchy.of(
        "state/region",
        bottoms,
        Map.of(
            "state", List.of("x", "x", "x", "y", "y", "y", "y", "y"),
            "region", List.of("1", "1", "2", "1", "1", "2", "2", "2")));
  }

  private static double[][] random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    double[] common = random.doubles(rows, -1, 1).toArray();
    double[][] result = new double[rows][columns];
    for (int t = 0; t < rows; t++) {
      for (int i = 0; i < columns; i++) {
        result[t][i] = 20 + i + 3 * common[t] + (1 + i % 3) * random.nextGaussian();
      }
    }
    return result;
  }

  private static double[][] errors(int rows, int columns, long seed) {
    double[][] result = random(rows, columns, seed);
    for (double[] row : result) {
      for (int i = 0; i < columns; i++) {
        row[i] -= 20 + i;
      }
    }
    return result;
  }

  private static Reconciler of(Reconciliation method, Hierarchy hierarchy, long seed) {
    int groups = hierarchy.groups().size();
    double[][] history = new double[30][];
    double[][] bottoms = random(30, hierarchy.size() - groups, seed);
    Arrays.setAll(history, t -> hierarchy.sums(bottoms[t]));
    return method.of(hierarchy, history, errors(30, hierarchy.size(), seed + 1));
  }

  /** Groups of a random hierarchy: a total, a partition, and a partition of that. */
  private static Hierarchy randomHierarchy(Random random) {
    int count = 3 + random.nextInt(12);
    List<String> bottoms = new ArrayList<>();
    List<String> coarse = new ArrayList<>();
    List<String> fine = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bottoms.add("s" + i);
      coarse.add("c" + random.nextInt(3));
      fine.add("f" + random.nextInt(3));
    }
    return Hierarchy.of("coarse/fine", bottoms, Map.of("coarse", coarse, "fine", fine));
  }

  private static void assertCoherent(Hierarchy hierarchy, double[] values) {
    int groups = hierarchy.groups().size();
    double[] sums = hierarchy.sums(Arrays.copyOfRange(values, groups, values.length));
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isCloseTo(sums[i], within(1e-9 * Math.max(1, Math.abs(sums[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void addsUpOverRandomHierarchies(Reconciliation method) {
    Random random = new Random(3);
    for (int trial = 0; trial < 20; trial++) {
      Hierarchy hierarchy = randomHierarchy(random);
      Reconciler reconciler = of(method, hierarchy, trial);
      double[] base = random(1, hierarchy.size(), 100 + trial)[0];
      assertCoherent(hierarchy, reconciler.reconcile(base));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BOTTOM_UP", "TOP_DOWN_FORECAST", "OLS", "STRUCTURAL", "VARIANCE", "MINT"})
  void whatAddsUpStaysAsItIs(Reconciliation method) {
    Hierarchy hierarchy = nested();
    double[] coherent = hierarchy.sums(random(1, 8, 5)[0]);
    double[] reconciled = of(method, hierarchy, 1).reconcile(coherent);
    for (int i = 0; i < coherent.length; i++) {
      assertThat(reconciled[i]).isCloseTo(coherent[i], within(1e-9));
    }
  }

  /** (S' W^-1 S)^-1 S' W^-1 y, written out. */
  private static double[] written(Hierarchy hierarchy, RealMatrix w, double[] base) {
    int bottoms = hierarchy.bottoms().size();
    double[][] s = new double[hierarchy.size()][bottoms];
    for (int i = 0; i < bottoms; i++) {
      double[] unit = new double[bottoms];
      unit[i] = 1;
      double[] column = hierarchy.sums(unit);
      for (int k = 0; k < column.length; k++) {
        s[k][i] = column[k];
      }
    }
    RealMatrix sum = new Array2DRowRealMatrix(s);
    RealMatrix inverse = new LUDecomposition(w).getSolver().getInverse();
    RealMatrix left = sum.transpose().multiply(inverse);
    RealMatrix p = new LUDecomposition(left.multiply(sum)).getSolver().getInverse().multiply(left);
    return sum.multiply(p).operate(base);
  }

  @ParameterizedTest
  @EnumSource(names = {"OLS", "STRUCTURAL", "VARIANCE", "MINT"})
  void projectionsAreThoseOfThePaper(Reconciliation method) {
    Hierarchy hierarchy = nested();
    int nodes = hierarchy.size();
    double[][] errors = errors(25, nodes, 8);
    ErrorCovariance covariance = ErrorCovariance.shrunk(errors);
    double[][] w = new double[nodes][nodes];
    for (int i = 0; i < nodes; i++) {
      for (int j = 0; j < nodes; j++) {
        double size =
            i < hierarchy.groups().size() ? hierarchy.groups().get(i).members().length : 1;
        double own = method == Reconciliation.OLS ? 1 : size;
        boolean told = method.needsErrors();
        boolean full = method == Reconciliation.MINT;
        w[i][j] = i == j ? (told ? covariance.get(i, i) : own) : full ? covariance.get(i, j) : 0;
      }
    }
    double[] base = random(1, nodes, 9)[0];
    double[] expected = written(hierarchy, new Array2DRowRealMatrix(w), base);
    double[] found = method.of(hierarchy, new double[0][], errors).reconcile(base);
    for (int i = 0; i < nodes; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-8));
    }
  }

  /** By the formulas of shrink.estim in R's hts, written out in R 4.2.2. */
  @Test
  void theShareOfTheDiagonalIsThatOfR() {
    double[][] errors = {{1, 0.5, -0.3}, {-2, -1, 0.8}, {0.5, 1, 0.2}, {3, 2, -1}, {-1, -2.5, 0.6}};
    ErrorCovariance covariance = ErrorCovariance.shrunk(errors);
    assertThat(covariance.lambda()).isCloseTo(0.232632797448585, within(1e-13));
    assertThat(covariance.get(1, 0)).isCloseTo(1.76494456586825, within(1e-13));
    assertThat(covariance.get(2, 0)).isCloseTo(-0.828756578755528, within(1e-13));
    assertThat(covariance.get(0, 0)).isCloseTo(3.05, within(1e-13));
  }

  @Test
  void leastTraceWithEqualVariancesIsLeastSquares() {
    Hierarchy hierarchy = nested();
    double[] ones = new double[hierarchy.size()];
    Arrays.fill(ones, 1);
    double[] base = random(1, hierarchy.size(), 2)[0];
    double[] least =
        Reconciliation.OLS.of(hierarchy, new double[0][], new double[0][]).reconcile(base);
    assertThat(new Projection(hierarchy, ErrorCovariance.diagonal(ones)).reconcile(base))
        .isEqualTo(least);
  }

  /** Total 10, parts 4 and 4: two are missing, of which each node takes its share. */
  @Test
  void aSmallExampleByHand() {
    Hierarchy two = new Hierarchy(List.of(new Hierarchy.Group("t", 0, new int[] {0, 1})), ab());
    double[] base = {10, 4, 4};
    double[][] none = {};
    assertClose(
        Reconciliation.OLS.of(two, none, none).reconcile(base), 28.0 / 3, 14.0 / 3, 14.0 / 3);
    assertClose(Reconciliation.STRUCTURAL.of(two, none, none).reconcile(base), 9, 4.5, 4.5);
    assertClose(Reconciliation.BOTTOM_UP.of(two, none, none).reconcile(base), 8, 4, 4);
    assertClose(Reconciliation.TOP_DOWN_FORECAST.of(two, none, none).reconcile(base), 10, 5, 5);
    double[][] history = {{4, 1, 3}, {10, 8, 2}};
    assertClose(
        Reconciliation.TOP_DOWN_AVERAGE.of(two, history, none).reconcile(base), 10, 5.25, 4.75);
    assertClose(
        Reconciliation.TOP_DOWN_MEAN.of(two, history, none).reconcile(base),
        10,
        90.0 / 14,
        50.0 / 14);
  }

  private static List<String> ab() {
    return List.of("a", "b");
  }

  private static void assertClose(double[] found, double... expected) {
    assertThat(found).containsExactly(expected, within(1e-10));
  }

  @Test
  void pathsAddUpDrawByDrawAndMeansExactly() {
    Hierarchy hierarchy = nested();
    int nodes = hierarchy.size();
    Reconciler reconciler = of(Reconciliation.MINT, hierarchy, 4);
    List<SamplePaths> base = new ArrayList<>();
    List<Forecast> normal = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      base.add(new SamplePaths(random(50, 3, i)));
      normal.add(new NormalForecast(new double[] {10, 20 + i}, new double[] {1, 2}));
    }
    List<SamplePaths> paths = CoherentForecasts.paths(reconciler, base);
    double[] one = new double[nodes];
    for (int p = 0; p < 50; p++) {
      for (int h = 0; h < 3; h++) {
        for (int i = 0; i < nodes; i++) {
          one[i] = paths.get(i).paths()[p][h];
        }
        assertCoherent(hierarchy, one);
      }
    }
    ErrorCovariance errors = ErrorCovariance.shrunk(errors(40, nodes, 6));
    List<Forecast> all = CoherentForecasts.of(reconciler, normal, errors, 300, 1);
    for (int h = 0; h < 2; h++) {
      for (int i = 0; i < nodes; i++) {
        one[i] = all.get(i).mean(h);
        assertThat(all.get(i).quantile(h, 0.9)).isGreaterThan(all.get(i).quantile(h, 0.1));
      }
      assertCoherent(hierarchy, one);
    }
  }

  /** A total that is sure and parts that are not: the parts' spread goes down to the total's. */
  @Test
  void drawsKeepTheSpreadThatTheErrorsHave() {
    Hierarchy two = new Hierarchy(List.of(new Hierarchy.Group("t", 0, new int[] {0, 1})), ab());
    double[][] errors = new double[4000][];
    Random random = new Random(1);
    for (int t = 0; t < errors.length; t++) {
      double a = random.nextGaussian();
      double b = -0.8 * a + 0.6 * random.nextGaussian();
      errors[t] = new double[] {a + b, a, b};
    }
    ErrorCovariance covariance = ErrorCovariance.shrunk(errors);
    List<Forecast> base = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      double deviation = Math.sqrt(covariance.variances()[i]);
      base.add(new NormalForecast(new double[] {0}, new double[] {deviation}));
    }
    Reconciler up = Reconciliation.BOTTOM_UP.of(two, errors, errors);
    List<Forecast> all = CoherentForecasts.of(up, base, covariance, 4000, 1);
    double width = all.getFirst().quantile(0, 0.975) - all.getFirst().quantile(0, 0.025);
    double expected = 2 * 1.96 * Math.sqrt(0.4);
    assertThat(width).isCloseTo(expected, within(0.12 * expected));
  }

  @Test
  void namesLevelsAndRefusals() {
    assertThat(nested().ids())
        .startsWith("total", "state=x", "state=y", "state=x,region=1")
        .endsWith("g", "h");
    assertThat(Hierarchy.levels("a/b*c"))
        .containsExactly(
            List.of(),
            List.of("c"),
            List.of("a"),
            List.of("a", "c"),
            List.of("a", "b"),
            List.of("a", "b", "c"));
    assertThatThrownBy(() -> Hierarchy.attributes("a//b"))
        .hasMessageContaining("hierarchy: found a//b, expected columns such as state/region");
    Hierarchy crossed =
        Hierarchy.of(
            "p*q",
            List.of("a", "b", "c", "d"),
            Map.of("p", List.of("1", "1", "2", "2"), "q", List.of("1", "2", "1", "2")));
    assertThat(crossed.groups()).hasSize(5);
    double[][] none = {};
    assertThatThrownBy(() -> Reconciliation.TOP_DOWN_FORECAST.of(crossed, none, none))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> Reconciliation.MINT.of(crossed, none, new double[2][9]))
        .hasMessageContaining("found 2 steps at which all series have an error, expected 3");
  }
}
