package dev.chainrule.arima;

import dev.chainrule.arima.statespace.LagPolynomial;
import dev.chainrule.arima.statespace.PartialCorrelations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the autoregressive and moving-average coefficients lie in a vector (ar, ma, sar, sma), and
 * how they expand into lag polynomials.
 */
record ArmaLayout(int p, int q, int seasonalP, int seasonalQ, int period) {
  static ArmaLayout of(ArimaSpec spec) {
    return new ArmaLayout(
        spec.order().p(),
        spec.order().q(),
        spec.seasonal().p(),
        spec.seasonal().q(),
        spec.period());
  }

  int count() {
    return p + q + seasonalP + seasonalQ;
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    String[] prefixes = {"ar", "ma", "sar", "sma"};
    int[] counts = {p, q, seasonalP, seasonalQ};
    for (int block = 0; block < 4; block++) {
      for (int i = 1; i <= counts[block]; i++) {
        names.add(prefixes[block] + i);
      }
    }
    return names;
  }

  /** Expanded autoregressive coefficients [p + P m]. */
  double[] phi(double[] coefficients) {
    return expand(coefficients, 0, p, p + q, seasonalP, -1);
  }

  /** Expanded moving-average coefficients [q + Q m]. */
  double[] theta(double[] coefficients) {
    return expand(coefficients, p, q, p + q + seasonalP, seasonalQ, 1);
  }

  private double[] expand(double[] c, int at, int n, int seasonalAt, int seasonalN, int sign) {
    if (seasonalN == 0) {
      return Arrays.copyOfRange(c, at, at + n);
    }
    double[] short1 = new double[n + 1];
    double[] long1 = new double[seasonalN * period + 1];
    short1[0] = 1;
    long1[0] = 1;
    for (int i = 0; i < n; i++) {
      short1[i + 1] = sign * c[at + i];
    }
    for (int i = 0; i < seasonalN; i++) {
      long1[(i + 1) * period] = sign * c[seasonalAt + i];
    }
    double[] product = LagPolynomial.multiply(short1, long1);
    double[] result = new double[product.length - 1];
    for (int i = 0; i < result.length; i++) {
      result[i] = sign * product[i + 1];
    }
    return result;
  }

  /** Unrestricted numbers to coefficients: the two autoregressive blocks become stationary. */
  double[] constrain(double[] raw) {
    double[] result = raw.clone();
    System.arraycopy(PartialCorrelations.toAr(Arrays.copyOf(raw, p)), 0, result, 0, p);
    double[] seasonal = Arrays.copyOfRange(raw, p + q, p + q + seasonalP);
    System.arraycopy(PartialCorrelations.toAr(seasonal), 0, result, p + q, seasonalP);
    return result;
  }

  /** Unrestricted numbers, those of the two moving averages made invertible coefficients. */
  double[] constrainAverages(double[] raw) {
    double[] result = raw.clone();
    constrainAverage(result, p, q);
    constrainAverage(result, p + q + seasonalP, seasonalQ);
    return result;
  }

  private static void constrainAverage(double[] c, int at, int n) {
    double[] mirrored = PartialCorrelations.toAr(Arrays.copyOfRange(c, at, at + n));
    for (int i = 0; i < n; i++) {
      c[at + i] = -mirrored[i];
    }
  }

  /** The inverse of {@link #constrain}; not finite where a block is not stationary. */
  double[] unconstrain(double[] coefficients) {
    double[] result = coefficients.clone();
    System.arraycopy(PartialCorrelations.fromAr(Arrays.copyOf(coefficients, p)), 0, result, 0, p);
    double[] seasonal = Arrays.copyOfRange(coefficients, p + q, p + q + seasonalP);
    System.arraycopy(PartialCorrelations.fromAr(seasonal), 0, result, p + q, seasonalP);
    return result;
  }

  /**
   * Derivative of {@link #constrain} by forward differences of 1e-3, as R takes it: row i is the
   * derivative with respect to raw number i [count, count].
   */
  double[][] constrainGradient(double[] raw) {
    int n = count();
    double step = 1e-3;
    double[][] gradient = new double[n][n];
    double[] base = constrain(raw);
    for (int i = 0; i < n; i++) {
      boolean transformed = i < p || (i >= p + q && i < p + q + seasonalP);
      if (!transformed) {
        gradient[i][i] = 1;
        continue;
      }
      double[] moved = raw.clone();
      moved[i] += step;
      double[] value = constrain(moved);
      for (int j = 0; j < n; j++) {
        gradient[i][j] = (value[j] - base[j]) / step;
      }
    }
    return gradient;
  }

  /** Both moving-average blocks with the roots inside the unit circle reflected outwards. */
  double[] invertible(double[] coefficients) {
    double[] result = coefficients.clone();
    reflect(result, p, q);
    reflect(result, p + q + seasonalP, seasonalQ);
    return result;
  }

  private static void reflect(double[] c, int at, int n) {
    if (n == 0) {
      return;
    }
    double[] polynomial = new double[n + 1];
    polynomial[0] = 1;
    System.arraycopy(c, at, polynomial, 1, n);
    var roots = LagPolynomial.roots(polynomial, 0);
    boolean inside = false;
    double[] re = {1};
    double[] im = {0};
    for (var root : roots) {
      double modulus = root.abs();
      inside |= modulus < 1;
      // The factor 1 - z / root; a root inside the circle is replaced by its mirror image.
      var inverse = modulus < 1 ? root.conjugate() : root.reciprocal();
      double[] re2 = new double[re.length + 1];
      double[] im2 = new double[im.length + 1];
      for (int i = 0; i < re.length; i++) {
        re2[i] += re[i];
        im2[i] += im[i];
        re2[i + 1] -= re[i] * inverse.getReal() - im[i] * inverse.getImaginary();
        im2[i + 1] -= re[i] * inverse.getImaginary() + im[i] * inverse.getReal();
      }
      re = re2;
      im = im2;
    }
    if (inside) {
      for (int i = 0; i < n; i++) {
        c[at + i] = i + 1 < re.length ? re[i + 1] : 0;
      }
    }
  }

  /** The smallest modulus of the roots of the expanded polynomials; infinite without any. */
  double smallestRoot(double[] coefficients) {
    return Math.min(
        Math.min(
            LagPolynomial.smallestRoot(block(coefficients, 0, p, -1), 1e-8),
            LagPolynomial.smallestRoot(block(coefficients, p, q, 1), 1e-8)),
        Math.min(
            seasonalRoot(block(coefficients, p + q, seasonalP, -1)),
            seasonalRoot(block(coefficients, p + q + seasonalP, seasonalQ, 1))));
  }

  private double seasonalRoot(double[] polynomial) {
    return Math.pow(LagPolynomial.smallestRoot(polynomial, 1e-8), 1.0 / period);
  }

  private static double[] block(double[] c, int at, int n, int sign) {
    double[] polynomial = new double[n + 1];
    polynomial[0] = 1;
    for (int i = 0; i < n; i++) {
      polynomial[i + 1] = sign * c[at + i];
    }
    return polynomial;
  }
}
