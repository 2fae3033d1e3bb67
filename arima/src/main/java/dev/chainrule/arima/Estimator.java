package dev.chainrule.arima;

import dev.chainrule.arima.FitOptions.Effort;
import dev.chainrule.arima.FitOptions.Method;
import dev.chainrule.arima.statespace.ArmaFilter;
import dev.chainrule.arima.statespace.ChandrasekharFilter;
import dev.chainrule.arima.statespace.ConditionalFilter;
import dev.chainrule.arima.statespace.DiffuseStart;
import dev.chainrule.arima.statespace.KalmanFilter;
import dev.chainrule.arima.statespace.PartialCorrelations;
import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the coefficients of one model.
 *
 * <p>A complete series is differenced and filtered by Chandrasekhar's recursions; one with missing
 * values by the Kalman filter with an exactly diffuse start. R's likelihood is maximised from that
 * optimum on, which is at most a few thousandths away.
 */
final class Estimator {
  private static final int MAX_ITERATIONS = 200;
  private static final double QUICK_TOLERANCE = 1e-6;
  private static final double FINAL_TOLERANCE = 1e-9;
  private static final double LARGEST_RAW = 2.5;

  private final ArimaSpec spec;
  private final FitOptions options;
  private final ArmaLayout layout;
  private final Design design;
  private final double[] base;
  private final int[] free;
  private final boolean transformed;
  private final int used;

  Estimator(double[] z, ArimaSpec spec, Regressors regressors, FitOptions options) {
    this.spec = spec;
    this.options = options;
    this.layout = ArmaLayout.of(spec);
    this.design = new Design(z, spec, regressors, options.fixed());
    List<String> names = layout.names();
    this.base = new double[names.size()];
    int[] indices = new int[names.size()];
    int count = 0;
    boolean heldAr = false;
    for (int i = 0; i < base.length; i++) {
      Double value = options.fixed().get(names.get(i));
      if (value == null) {
        indices[count++] = i;
      } else {
        base[i] = value;
        heldAr |= names.get(i).startsWith("ar") || names.get(i).startsWith("sar");
      }
    }
    this.free = Arrays.copyOf(indices, count);
    this.transformed = !heldAr;
    this.used = design.observed - spec.lostToDifferences();
    checkNames(names);
    int parameters = free.length + design.free.length;
    if (used <= parameters) {
      throw new InputException(
          spec
              + ": found "
              + design.observed
              + " observations, expected at least "
              + (spec.lostToDifferences() + parameters + 1)
              + ".");
    }
  }

  private void checkNames(List<String> names) {
    for (String name : options.fixed().keySet()) {
      if (!names.contains(name) && !design.names.contains(name)) {
        List<String> known = new ArrayList<>(names);
        known.addAll(design.names);
        throw new InputException(
            "fixed coefficient "
                + name
                + ": "
                + spec
                + " has none of that name, expected one of "
                + known
                + ".");
      }
    }
  }

  Design design() {
    return design;
  }

  ArmaLayout layout() {
    return layout;
  }

  /** Indices of the ARMA coefficients that are estimated. */
  int[] free() {
    return free;
  }

  /** Observations that carry the likelihood: those not missing less those lost to differences. */
  int used() {
    return used;
  }

  /** Where the search ended: constrained ARMA coefficients, rotated regression ones. */
  @SuppressWarnings("ArrayRecordComponent")
  record Estimate(
      double[] arma,
      double[] rotatedBeta,
      double objective,
      double sumOfSquares,
      boolean converged) {}

  /** The objective whose optimum is reported. */
  Objective finalObjective(boolean transformedPoint) {
    return objective(finalFilter(), transformedPoint);
  }

  ArmaFilter finalFilter() {
    if (options.method() == Method.CSS) {
      return conditional();
    }
    if (options.likelihood() == DiffuseStart.R) {
      return new KalmanFilter(design.levels, spec.delta(), DiffuseStart.R);
    }
    return exactFilter();
  }

  private ArmaFilter exactFilter() {
    return design.complete
        ? new ChandrasekharFilter(design.differenced)
        : new KalmanFilter(design.levels, spec.delta(), DiffuseStart.EXACT);
  }

  private ConditionalFilter conditional() {
    return new ConditionalFilter(
        design.levels, spec.delta(), spec.order().p() + spec.seasonal().p() * spec.period());
  }

  private Objective objective(ArmaFilter filter, boolean transformedPoint) {
    return new Objective(
        layout, filter, design.levels.length, base, free, transformedPoint && transformed);
  }

  Estimate estimate() {
    if (free.length == 0) {
      return result(finalObjective(true), new double[0], true);
    }
    if (options.method() == Method.CSS) {
      Objective objective = objective(conditional(), true);
      Bfgs.Minimum start = minimise(objective, new double[free.length], FINAL_TOLERANCE);
      Objective unrestricted = objective(conditional(), false);
      double[] stationary = objective.coefficients(start.point());
      Bfgs.Minimum minimum =
          minimise(unrestricted, unrestricted.point(stationary), FINAL_TOLERANCE);
      boolean inside =
          PartialCorrelations.isStationary(layout.phi(unrestricted.coefficients(minimum.point())));
      return inside || !transformed
          ? result(unrestricted, minimum)
          : result(unrestricted, unrestricted.point(stationary), start.converged());
    }
    Objective objective = objective(exactFilter(), true);
    double tolerance = options.effort() == Effort.THOROUGH ? FINAL_TOLERANCE : QUICK_TOLERANCE;
    Bfgs.Minimum minimum = best(objective, starts(objective), tolerance);
    if (options.likelihood() == DiffuseStart.R) {
      Objective asR = finalObjective(true);
      minimum = minimise(asR, minimum.point(), FINAL_TOLERANCE);
      objective = asR;
    }
    return result(objective, minimum);
  }

  private Bfgs.Minimum minimise(Objective objective, double[] start, double tolerance) {
    return new Bfgs(objective::value, tolerance / used, MAX_ITERATIONS).minimise(start);
  }

  private Bfgs.Minimum best(Objective objective, List<double[]> starts, double tolerance) {
    if (starts.size() == 1) {
      return minimise(objective, starts.get(0), tolerance);
    }
    List<Bfgs.Minimum> minima = new ArrayList<>();
    for (double[] start : starts) {
      minima.add(minimise(objective, start, Math.max(tolerance, 1e-5)));
    }
    Bfgs.Minimum best =
        minima.stream()
            .filter(m -> Double.isFinite(m.value()))
            .min(Comparator.comparingDouble(Bfgs.Minimum::value))
            .orElseThrow(
                () ->
                    new InputException(
                        spec + ": the likelihood is not finite at any starting value."));
    return minimise(objective, best.point(), tolerance);
  }

  private List<double[]> starts(Objective objective) {
    List<double[]> starts = new ArrayList<>();
    double[] zero = new double[free.length];
    if (options.method() == Method.CSS_ML || options.effort() == Effort.THOROUGH) {
      double[] css = conditionalStart(zero);
      if (css.length > 0 && objective.value(css) < objective.value(zero)) {
        starts.add(css);
      }
    }
    if (starts.isEmpty() || options.effort() == Effort.THOROUGH) {
      starts.add(zero);
    }
    if (options.effort() == Effort.THOROUGH) {
      boolean several =
          (layout.q() > 0 && layout.p() + layout.q() > 1)
              || (layout.seasonalQ() > 0 && layout.seasonalP() + layout.seasonalQ() > 1);
      if (several) {
        starts.addAll(new StartingPoints(layout, free).all(objective));
      }
    }
    return starts;
  }

  /** The conditional least-squares solution, kept inside; empty where there is none. */
  private double[] conditionalStart(double[] zero) {
    int first = spec.order().p() + spec.seasonal().p() * spec.period();
    if (used - first <= free.length + design.free.length + 1) {
      return new double[0];
    }
    Objective css = objective(conditional(), true);
    Bfgs.Minimum minimum = minimise(css, zero, 1e-3);
    if (!Double.isFinite(minimum.value())) {
      return new double[0];
    }
    double[] arma = css.coefficients(minimum.point());
    double[] point = css.point(transformed ? layout.invertible(arma) : arma);
    for (int i = 0; i < point.length; i++) {
      point[i] = Math.clamp(point[i], -LARGEST_RAW, LARGEST_RAW);
    }
    return point;
  }

  private Estimate result(Objective objective, Bfgs.Minimum minimum) {
    return result(objective, minimum.point(), minimum.converged());
  }

  private Estimate result(Objective objective, double[] point, boolean converged) {
    double value = objective.value(point);
    double[] arma = objective.coefficients(point);
    if (transformed && options.method() != Method.CSS && free.length == base.length) {
      double[] invertible = layout.invertible(arma);
      if (!Arrays.equals(invertible, arma)) {
        double reflected = objective.value(objective.point(invertible));
        if (reflected <= value + 1e-6) {
          arma = invertible;
          value = reflected;
        } else {
          value = objective.value(point);
        }
      }
    }
    boolean exactFit = value == Double.NEGATIVE_INFINITY && layout.count() == 0;
    if (!Double.isFinite(value) && !exactFit) {
      throw new InputException(
          spec
              + ": the likelihood is not finite"
              + (free.length == 0 ? " at the given coefficients" : "")
              + "; the autoregressive part is not stationary or the series fits exactly.");
    }
    return new Estimate(arma, objective.rotatedBeta(), value, objective.sumOfSquares(), converged);
  }
}
