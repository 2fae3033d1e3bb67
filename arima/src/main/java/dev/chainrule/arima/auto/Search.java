package dev.chainrule.arima.auto;

/** Which models a search looks at. */
public enum Search {
  /** Hyndman and Khandakar's walk from model to neighbouring model, as R does it. */
  STEPWISE,
  /** The same walk, and for a series without season afterwards every model of a low order. */
  WIDE,
  /** Every model whose orders sum to at most {@link AutoOptions#maxOrder}. */
  FULL
}
