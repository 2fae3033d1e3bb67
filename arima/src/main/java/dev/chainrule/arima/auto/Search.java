package dev.chainrule.arima.auto;

/** Which models a search looks at. */
public enum Search {
  /** Hyndman and Khandakar's walk from model to neighbouring model, as R does it. */
  STEPWISE,
  /**
   * The same walk, then from the next best of the usual models too, and for a series without season
   * every model of at most four coefficients.
   */
  WIDE,
  /** Every model whose orders sum to at most {@link AutoOptions.Limits#order}. */
  FULL
}
