package dev.chainrule.arima;

import dev.chainrule.arima.statespace.DiffuseStart;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to estimate.
 *
 * @param method which criterion
 * @param likelihood exact, or as R computes it
 * @param boxCox transformation of the series before anything else, or null
 * @param fixed coefficients that are not estimated, by R's names ({@code ar1}, {@code intercept})
 * @param effort how many starting values are tried
 */
public record FitOptions(
    Method method,
    DiffuseStart likelihood,
    @Nullable BoxCox boxCox,
    Map<String, Double> fixed,
    Effort effort) {
  /** Copies the map. */
  public FitOptions {
    fixed = Map.copyOf(fixed);
  }

  /** What is maximised. */
  public enum Method {
    /** Exact likelihood, started from the conditional sum of squares. */
    CSS_ML,
    /** Exact likelihood. */
    ML,
    /** Conditional sum of squares alone. */
    CSS
  }

  /** How many starting values are tried. */
  public enum Effort {
    /** One; what a search over many models uses. */
    QUICK,
    /** Several, since the likelihood of a mixed model often has more than one top. */
    THOROUGH
  }

  /** Exact maximum likelihood from several starts. */
  public static FitOptions defaults() {
    return new FitOptions(Method.CSS_ML, DiffuseStart.EXACT, null, Map.of(), Effort.THOROUGH);
  }

  /** With another criterion. */
  public FitOptions withMethod(Method value) {
    return new FitOptions(value, likelihood, boxCox, fixed, effort);
  }

  /** With another likelihood. */
  public FitOptions withLikelihood(DiffuseStart value) {
    return new FitOptions(method, value, boxCox, fixed, effort);
  }

  /** With a transformation, or with none. */
  public FitOptions withBoxCox(@Nullable BoxCox value) {
    return new FitOptions(method, likelihood, value, fixed, effort);
  }

  /** With these coefficients held. */
  public FitOptions withFixed(Map<String, Double> value) {
    return new FitOptions(method, likelihood, boxCox, value, effort);
  }

  /** With more or less effort. */
  public FitOptions withEffort(Effort value) {
    return new FitOptions(method, likelihood, boxCox, fixed, value);
  }
}
