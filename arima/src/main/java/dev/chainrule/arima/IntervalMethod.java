package dev.chainrule.arima;

/** What a forecast's intervals take into account. */
public enum IntervalMethod {
  /** Future innovations only, normal: R's intervals, which are too narrow for short series. */
  NORMAL,
  /**
   * Also that coefficients and variance are estimated: the delta method for the coefficients,
   * Student's t for the variance.
   */
  ESTIMATION,
  /**
   * Also that the model is wrong: {@link #ESTIMATION} widened by how far the same model, fitted to
   * the beginning of the series, missed what followed. See {@link Calibration}.
   */
  CALIBRATED
}
