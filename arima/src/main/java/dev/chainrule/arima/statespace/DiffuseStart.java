package dev.chainrule.arima.statespace;

/** How the filter treats the states that carry the past levels of a differenced series. */
public enum DiffuseStart {
  /**
   * Exactly diffuse (Koopman 1997): their unbounded variance is followed apart from the bounded
   * one. An observation that resolves a diffuse direction is not counted.
   */
  EXACT,
  /**
   * R's way: variance 1e6 in units of sigma^2, and an observation counts only where its innovation
   * variance is below 1e4.
   */
  R
}
