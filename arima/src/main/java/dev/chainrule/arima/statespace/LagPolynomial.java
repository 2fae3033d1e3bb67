package dev.chainrule.arima.statespace;

import org.apache.commons.math3.complex.Complex;

/**
 * Polynomials in the lag operator, coefficient of {@code B^i} at index i, with the constant 1 at
 * index 0.
 */
public final class LagPolynomial {
  private LagPolynomial() {}

  /** The product of two polynomials. */
  public static double[] multiply(double[] a, double[] b) {
    double[] product = new double[a.length + b.length - 1];
    for (int i = 0; i < a.length; i++) {
      if (a[i] != 0) {
        for (int j = 0; j < b.length; j++) {
          product[i + j] += a[i] * b[j];
        }
      }
    }
    return product;
  }

  /** {@code (1-B)^d (1-B^m)^D}. */
  public static double[] differencing(int d, int seasonalD, int period) {
    double[] result = {1};
    for (int i = 0; i < d; i++) {
      result = multiply(result, new double[] {1, -1});
    }
    double[] seasonal = new double[period + 1];
    seasonal[0] = 1;
    seasonal[period] = -1;
    for (int i = 0; i < seasonalD; i++) {
      result = multiply(result, seasonal);
    }
    return result;
  }

  /**
   * Moduli of the roots of a polynomial in B; trailing coefficients below {@code tiny} are dropped.
   */
  public static double[] rootModuli(double[] polynomial, double tiny) {
    Complex[] roots = roots(polynomial, tiny);
    double[] moduli = new double[roots.length];
    for (int i = 0; i < roots.length; i++) {
      moduli[i] = roots[i].abs();
    }
    return moduli;
  }

  /** The smallest root modulus, infinite where there is no root. */
  public static double smallestRoot(double[] polynomial, double tiny) {
    double smallest = Double.POSITIVE_INFINITY;
    for (double modulus : rootModuli(polynomial, tiny)) {
      smallest = Math.min(smallest, modulus);
    }
    return smallest;
  }

  /**
   * The roots, found together by Aberth's iteration from points on circles of the right size.
   *
   * @param tiny trailing coefficients at most this large in modulus are dropped
   */
  public static Complex[] roots(double[] polynomial, double tiny) {
    int degree = polynomial.length - 1;
    while (degree > 0 && Math.abs(polynomial[degree]) <= tiny) {
      degree--;
    }
    double radius =
        degree == 0 ? 1 : Math.pow(Math.abs(polynomial[0] / polynomial[degree]), 1.0 / degree);
    double[] re = new double[degree];
    double[] im = new double[degree];
    for (int i = 0; i < degree; i++) {
      double angle = 2 * Math.PI * i / degree + 0.4;
      re[i] = radius * Math.cos(angle);
      im[i] = radius * Math.sin(angle);
    }
    for (int iteration = 0; iteration < 200; iteration++) {
      if (aberthStep(polynomial, degree, re, im) < 1e-15) {
        break;
      }
    }
    Complex[] roots = new Complex[degree];
    for (int i = 0; i < degree; i++) {
      roots[i] = new Complex(re[i], im[i]);
    }
    return roots;
  }

  /** One step for all roots; the largest relative move. */
  private static double aberthStep(double[] c, int degree, double[] re, double[] im) {
    double largest = 0;
    for (int k = 0; k < degree; k++) {
      Complex z = new Complex(re[k], im[k]);
      Complex value = new Complex(c[degree]);
      Complex slope = Complex.ZERO;
      for (int i = degree - 1; i >= 0; i--) {
        slope = slope.multiply(z).add(value);
        value = value.multiply(z).add(c[i]);
      }
      if (value.abs() == 0) {
        continue;
      }
      Complex newton = slope.abs() == 0 ? new Complex(1e-3, 1e-3) : value.divide(slope);
      Complex repulsion = Complex.ZERO;
      for (int j = 0; j < degree; j++) {
        if (j != k) {
          Complex gap = z.subtract(new Complex(re[j], im[j]));
          if (gap.abs() > 0) {
            repulsion = repulsion.add(gap.reciprocal());
          }
        }
      }
      Complex move = newton.divide(Complex.ONE.subtract(newton.multiply(repulsion)));
      if (move.isNaN() || move.isInfinite()) {
        continue;
      }
      re[k] -= move.getReal();
      im[k] -= move.getImaginary();
      largest = Math.max(largest, move.abs() / Math.max(z.abs(), 1e-300));
    }
    return largest;
  }
}
